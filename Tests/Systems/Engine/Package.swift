// swift-tools-version: 6.2
import PackageDescription

// The engine and its tests alone, to be built in other ways: with Thread Sanitizer, or with optimization. The whole
// package would build the program and all that it depends on once more, for tests that do not touch them. The targets
// are the folders of the project itself (links).
let package = Package(
    name: "engine",
    targets: [
        .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
        .target(name: "CCRC32C"),
        .target(name: "FStoreLMDB", dependencies: ["CLMDB", "CCRC32C"]),
        .target(name: "FStore", dependencies: ["CCRC32C", "FStoreLMDB"], exclude: ["FStore.docc"]),
        .target(name: "FStoreTestSupport"),
        .testTarget(name: "FStoreLMDBTests", dependencies: ["FStoreLMDB", "FStoreTestSupport"]),
        .testTarget(
            name: "FStoreTests",
            dependencies: ["FStore", "FStoreLMDB", "FStoreTestSupport"],
            exclude: ["Fixtures"]
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
