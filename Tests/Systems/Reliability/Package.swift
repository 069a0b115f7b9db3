// swift-tools-version: 6.2
import PackageDescription

// The victim that is killed, and the judge of what it leaves behind. The engine only: no traits, no other package.
let package = Package(
    name: "reliability",
    products: [
        .executable(name: "reliable-writer", targets: ["reliable-writer"]),
        .executable(name: "reliable-check", targets: ["reliable-check"]),
        .executable(name: "reliable-probe", targets: ["reliable-probe"]),
    ],
    dependencies: [
        .package(name: "fstore", path: "../../..", traits: [])
    ],
    targets: [
        .target(name: "Ledger", dependencies: [.product(name: "FStore", package: "fstore")]),
        .executableTarget(
            name: "reliable-writer",
            dependencies: ["Ledger", .product(name: "FStore", package: "fstore")]
        ),
        .executableTarget(
            name: "reliable-check",
            dependencies: ["Ledger", .product(name: "FStore", package: "fstore")]
        ),
        .executableTarget(
            name: "reliable-probe",
            dependencies: ["Ledger", .product(name: "FStore", package: "fstore")]
        ),
    ]
)
