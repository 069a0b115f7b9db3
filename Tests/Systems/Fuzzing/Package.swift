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
        .target(
            name: "FStoreHTTP",
            dependencies: ["FStore", "FStoreText"],
            sources: [
                "Errors/APIError.swift", "Errors/ErrorCode.swift", "Front/ChunkReader.swift",
                "Front/FastQuery.swift", "Front/HeadByte.swift", "Front/HeadReader.swift", "Front/HotRequest.swift",
                "Front/MethodNames.swift", "Front/PlainJSON.swift", "Front/PlainValue.swift",
                "Front/RequestHead.swift", "Front/Span+Text.swift", "Gate/RequestIdentity.swift",
                "JSON/JSONBuffer.swift", "JSON/JSONBuffer+Double.swift", "JSON/JSONBuffer+Values.swift",
                "JSON/StaticString+Bytes.swift", "Operations/APIDocument.swift", "Query/PercentCoding.swift",
                "Schema/FieldProblem.swift", "Server/ServerLimits.swift", "Values/EntityListText.swift",
            ]
        ),
        .target(name: "CFuzzer"),
        .executableTarget(name: "Fuzz", dependencies: ["CFuzzer", "FStore", "FStoreText", "FStoreHTTP"]),
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
