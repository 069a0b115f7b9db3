// swift-tools-version: 6.2
import PackageDescription

// The programs that the proofs of reliability run: they embed the engine as any other program does.
let package = Package(
    name: "reliability",
    products: [
        .executable(name: "reliable-probe", targets: ["reliable-probe"])
    ],
    dependencies: [
        .package(name: "fstore", path: "../..", traits: [])
    ],
    targets: [
        .executableTarget(
            name: "reliable-probe",
            dependencies: [.product(name: "FStore", package: "fstore")],
            swiftSettings: [.strictMemorySafety(), .enableUpcomingFeature("InternalImportsByDefault")]
        )
    ]
)
