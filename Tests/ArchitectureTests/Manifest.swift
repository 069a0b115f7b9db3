import FStoreTestSupport

/// What `Package.swift` says about the targets, read as text.
struct Manifest {
    struct Target {
        var name: String
        /// Targets of this package and products of others.
        var dependencies: Set<String>
    }

    /// In the order of the manifest.
    let targets: [Target]

    static func read() throws -> Manifest {
        try Manifest(Repository.text(of: "Package.swift"))
    }

    init(_ text: String) {
        var targets: [Target] = []
        let kinds = /\.(?:target|executableTarget|testTarget|systemLibrary)\(\s*name: "([^"]+)"/
        let declarations = text.matches(of: kinds)
        for (index, declaration) in declarations.enumerated() {
            let end = index + 1 < declarations.count ? declarations[index + 1].range.lowerBound : text.endIndex
            let body = text[declaration.range.upperBound..<end]
            var dependencies: Set<String> = []
            if let list = body.firstMatch(of: /dependencies: \[((?:[^\[\]]|\[[^\]]*\])*)\]/) {
                let own = list.1.replacing(/, of: "[^"]+"/, with: "")
                dependencies = Set(own.matches(of: /"([^"]+)"/).map { String($0.1) })
            }
            targets.append(Target(name: String(declaration.1), dependencies: dependencies))
        }
        self.targets = targets
    }
}
