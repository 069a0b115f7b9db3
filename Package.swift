// swift-tools-version: 6.2
import PackageDescription

/// A product that only the program needs: an embedder, who leaves the trait out, resolves none of their packages.
func program(_ product: String, of package: String) -> Target.Dependency {
    .product(name: product, package: package, condition: .when(traits: ["Program"]))
}

// The stack, foundation first. A target depends only on targets declared above it.
let package = Package(
    name: "fstore",
    products: [
        .library(name: "FStore", targets: ["FStore"]),
        .library(name: "FStoreFoundation", targets: ["FStoreFoundation"]),
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
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(
            url: "https://github.com/apple/swift-configuration",
            from: "1.4.0",
            traits: ["YAML", "CommandLineArguments"]
        ),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
        .target(name: "CCRC32C"),
        .target(name: "FStoreLMDB", dependencies: ["CLMDB", "CCRC32C"]),
        .target(name: "FStore", dependencies: ["CCRC32C", "FStoreLMDB"]),
        .target(name: "FStoreFoundation", dependencies: ["FStore"]),
        .target(name: "FStoreText", dependencies: ["FStore"]),
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .target(name: "FStoreTelemetry", dependencies: [program("Logging", of: "swift-log")]),
        .target(name: "FStoreSecurity", dependencies: ["CSodium"]),
        .target(name: "FStoreIdentity"),
        .target(name: "FStoreWire", dependencies: ["FStore", "FStoreIdentity", "FStoreText"]),
        .target(
            name: "FStoreCatalog",
            dependencies: ["FStoreIdentity", "FStoreSecurity", program("GRDB", of: "GRDB.swift")]
        ),
        .target(name: "FStoreArrow"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CFiles"),
        .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
        .target(
            name: "FStoreConnectors",
            dependencies: ["CCurl", "CFiles", "CPostgreSQL", "CZlib", "FStore", "FStoreArrow", "FStoreText"]
        ),
        .target(
            name: "FStoreServices",
            dependencies: [
                "FStore", "FStoreArrow", "FStoreCatalog", "FStoreConnectors", "FStoreIdentity", "FStoreSecurity",
                "FStoreTelemetry", "FStoreText",
            ]
        ),
        .target(name: "CScheduler"),
        .target(
            name: "FStoreHTTP",
            dependencies: [
                "CScheduler", "CZlib", "FStore", "FStoreCatalog", "FStoreConnectors", "FStoreIdentity",
                "FStoreSecurity", "FStoreServices", "FStoreTelemetry", "FStoreText", "FStoreWire",
                program("Hummingbird", of: "hummingbird"),
                program("HummingbirdTLS", of: "hummingbird"),
                program("HTTPTypes", of: "swift-http-types"),
                program("Logging", of: "swift-log"),
                program("NIOCore", of: "swift-nio"),
                program("NIOHTTP1", of: "swift-nio"),
                program("NIOPosix", of: "swift-nio"),
                program("NIOSSL", of: "swift-nio-ssl"),
                program("ServiceLifecycle", of: "swift-service-lifecycle"),
            ]
        ),
        .executableTarget(
            name: "FStoreCommand",
            dependencies: [
                "FStore", "FStoreCatalog", "FStoreConnectors", "FStoreHTTP", "FStoreIdentity", "FStoreSecurity",
                "FStoreServices", "FStoreTelemetry", "FStoreText", "FStoreWire",
                program("ArgumentParser", of: "swift-argument-parser"),
                program("Configuration", of: "swift-configuration"),
                program("Logging", of: "swift-log"),
                program("ServiceLifecycle", of: "swift-service-lifecycle"),
                program("UnixSignals", of: "swift-service-lifecycle"),
            ]
        ),
        // Copies Arrow streams from its input to its output, for tests against other programs.
        .executableTarget(
            name: "arrow-check",
            dependencies: ["FStoreArrow"],
            path: "Tests/Systems/Arrow/Program"
        ),
        // What the tests of several targets share. It depends on no target, so that the tests of every layer can use it.
        .target(name: "FStoreTestSupport", path: "Tests/TestSupport"),
        .testTarget(name: "FStoreArrowTests", dependencies: ["FStoreArrow", "FStoreTestSupport"]),
        .testTarget(name: "FStoreLMDBTests", dependencies: ["FStoreLMDB", "FStoreTestSupport"]),
        .testTarget(
            name: "FStoreTests",
            dependencies: ["FStore", "FStoreLMDB", "FStoreTestSupport"],
            exclude: ["Fixtures"]
        ),
        .testTarget(
            name: "FStoreFoundationTests",
            dependencies: ["FStore", "FStoreFoundation", "FStoreTestSupport"]
        ),
        .testTarget(name: "FStoreTextTests", dependencies: ["FStore", "FStoreText"]),
        .testTarget(
            name: "FStoreWireTests",
            dependencies: ["FStore", "FStoreTestSupport", "FStoreText", "FStoreWire"]
        ),
        .testTarget(
            name: "FStoreTelemetryTests",
            dependencies: ["FStoreTelemetry", "FStoreTestSupport", program("Logging", of: "swift-log")]
        ),
        .testTarget(name: "FStoreSecurityTests", dependencies: ["FStoreSecurity", "FStoreTestSupport"]),
        .testTarget(
            name: "FStoreCatalogTests",
            dependencies: ["FStoreCatalog", "FStoreIdentity", "FStoreSecurity", "FStoreTestSupport"]
        ),
        .testTarget(
            name: "FStoreServicesTests",
            dependencies: [
                "FStore", "FStoreCatalog", "FStoreIdentity", "FStoreSecurity", "FStoreServices", "FStoreTestSupport",
            ]
        ),
        .testTarget(
            name: "FStoreConnectorsTests",
            dependencies: ["FStore", "FStoreConnectors", "FStoreTestSupport", "FStoreText"]
        ),
        .testTarget(
            name: "FStoreHTTPTests",
            dependencies: [
                "FStore", "FStoreCatalog", "FStoreHTTP", "FStoreIdentity", "FStoreSecurity", "FStoreServices",
                "FStoreTelemetry", "FStoreTestSupport", "FStoreText", "FStoreWire",
                program("Hummingbird", of: "hummingbird"),
                program("HTTPTypes", of: "swift-http-types"),
                program("Logging", of: "swift-log"),
                program("NIOCore", of: "swift-nio"),
                program("NIOEmbedded", of: "swift-nio"),
                program("NIOHTTP1", of: "swift-nio"),
                program("ServiceLifecycle", of: "swift-service-lifecycle"),
            ]
        ),
        .testTarget(name: "ArchitectureTests", dependencies: ["FStoreTestSupport"]),
        .testTarget(
            name: "FStoreCommandTests",
            dependencies: [
                "FStoreCommand", "FStore", "FStoreHTTP", "FStoreTelemetry", "FStoreTestSupport", "FStoreText",
                "FStoreWire",
                program("Logging", of: "swift-log"),
            ]
        ),
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
