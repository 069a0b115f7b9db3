// swift-tools-version: 6.2
import PackageDescription

// Measures FStore from outside, through its public interface: a package of its own, so that nobody who builds FStore
// builds the benchmarks. Without traits, the dependencies of the command-line program are not resolved either.
let package = Package(
    name: "fstore-benchmarks",
    products: [
        // Preloaded into a benchmark to count its allocations.
        .library(name: "AllocationCounter", type: .dynamic, targets: ["AllocationCounter"])
    ],
    dependencies: [
        .package(name: "fstore", path: "..", traits: [])
    ],
    targets: [
        .executableTarget(
            name: "engine-swift",
            dependencies: [.product(name: "FStore", package: "fstore")],
            swiftSettings: [
                .swiftLanguageMode(.v6),
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
            ]
        ),
        .executableTarget(
            name: "engine-c",
            linkerSettings: [.linkedLibrary("lmdb")]
        ),
        .executableTarget(name: "hello-server", cSettings: [.define("_GNU_SOURCE")]),
        // Keeps a server busy with prepared requests, in HTTP or RESP, and measures.
        .executableTarget(
            name: "load-client",
            cSettings: [.define("_GNU_SOURCE")],
            linkerSettings: [.linkedLibrary("m")]
        ),
        .target(name: "AllocationCounter"),
    ]
)
