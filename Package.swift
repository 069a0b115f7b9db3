// swift-tools-version: 6.2
import PackageDescription

// The stack, foundation first. A target depends only on targets declared above it.
let package = Package(
    name: "fstore",
    products: [
        .library(name: "FStore", targets: ["FStore"]),
        .executable(name: "fstore", targets: ["FStoreCommand"]),
    ],
    traits: [
        .trait(
            name: "Program",
            description: "The program `fstore`. An embedder who wants the engine alone leaves it out."
        ),
        .default(enabledTraits: ["Program"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
        .target(name: "CCRC32C"),
        .target(name: "FStoreLMDB", dependencies: ["CLMDB", "CCRC32C"]),
        .target(name: "FStore", dependencies: ["FStoreLMDB"]),
        .executableTarget(
            name: "FStoreCommand",
            dependencies: [
                "FStore",
                .product(
                    name: "ArgumentParser",
                    package: "swift-argument-parser",
                    condition: .when(traits: ["Program"])
                ),
            ]
        ),
        .testTarget(name: "FStoreLMDBTests", dependencies: ["FStoreLMDB"]),
        .testTarget(name: "FStoreTests", dependencies: ["FStore", "FStoreLMDB"], exclude: ["Fixtures"]),
        .testTarget(name: "ArchitectureTests"),
        .testTarget(name: "FStoreCommandTests", dependencies: ["FStoreCommand", "FStore"]),
    ]
)

for target in package.targets where target.type != .system && !target.name.hasPrefix("C") {
    target.swiftSettings = [
        .swiftLanguageMode(.v6),
        .strictMemorySafety(),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableExperimentalFeature("Lifetimes"),
    ]
    // Only in the project's own runs: a warning of a newer compiler must not break those who depend on this.
    if Context.environment["FSTORE_STRICT"] != nil { target.swiftSettings?.append(.treatAllWarnings(as: .error)) }
}

// The reference for a browser: FSTORE_DOCS=1 swift package generate-documentation --target FStore
if Context.environment["FSTORE_DOCS"] != nil {
    package.dependencies.append(.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"))
}
