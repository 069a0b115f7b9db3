// swift-tools-version: 6.2
import PackageDescription

// Outside programs that embed the engine: no traits, no experimental features, no unsafe flags.
let package = Package(
    name: "embedding",
    dependencies: [
        .package(name: "fstore", path: "../../..", traits: [])
    ],
    targets: [
        .target(name: "Snippets", dependencies: [.product(name: "FStore", package: "fstore")]),
        .executableTarget(name: "FirstProgram", dependencies: [.product(name: "FStore", package: "fstore")]),
        .executableTarget(
            name: "AsyncProgram",
            dependencies: [
                .product(name: "FStore", package: "fstore"), .product(name: "FStoreFoundation", package: "fstore"),
            ]
        ),
        .executableTarget(
            name: "Embedding",
            dependencies: ["Snippets", .product(name: "FStore", package: "fstore")]
        ),
    ]
)
