// swift-tools-version: 6.2
import PackageDescription

// Fuzz targets for what reads bytes from strangers. A package of its own, whose targets are the folders of the project
// itself (links): only the readers are built, with the instrumentation of libFuzzer, and none of the dependencies.
// `run` gives the flags; without them the program does not link.
let package = Package(
    name: "fuzzing",
    targets: [
        .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
        .target(name: "CCRC32C"),
        .target(name: "FStoreLMDB", dependencies: ["CLMDB", "CCRC32C"]),
        .target(name: "FStore", dependencies: ["FStoreLMDB"], exclude: ["FStore.docc"]),
        .target(name: "FStoreText", dependencies: ["FStore"]),
        .target(name: "FStoreIdentity"),
        .target(name: "FStoreWire", dependencies: ["FStore", "FStoreIdentity", "FStoreText"]),
        // What writes the answers of the data plane lives beside what needs the dependencies.
        .target(name: "FStoreHTTP", dependencies: ["FStore", "FStoreText"], sources: ["JSON"]),
        .target(name: "FStoreArrow"),
        .target(name: "CFuzzer"),
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "CFuzzer", "FStore", "FStoreArrow", "FStoreHTTP", "FStoreIdentity", "FStoreText", "FStoreWire",
            ]
        ),
    ]
)

for target in package.targets where target.type != .system && !target.name.hasPrefix("C") {
    target.swiftSettings = [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableExperimentalFeature("Lifetimes"),
    ]
}
