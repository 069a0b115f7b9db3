import Testing

/// Layers of `docs/architecture.md`: who may use whom. The manifest is the table of imports.
@Suite("Layers")
struct LayerTests {
    /// Modules that come with the toolchain.
    private static let system: Set<String> = ["Foundation", "FoundationEssentials", "Glibc", "Synchronization"]

    /// Modules that come with a product of another name, whose members FStore uses.
    private static let withProducts: Set<String> = ["HummingbirdCore", "NIOHTTPTypes"]

    /// The targets that may use Foundation. The others are linked into programs that did not ask for it.
    private static let withFoundation: Set<String> = ["FStoreCatalog", "FStoreFoundation"]

    /// Services whose work is not an organization's: the server does it for itself.
    private static let withoutCaller: Set<String> = [
        "KeyService.reload", "KeyService.saveLastUses", "SourceService.sealStored", "AuditService.saveWaiting",
        "OrganizationService.reload",
        // Who is not known yet.
        "AccountService.register", "AccountService.signIn", "AccountService.refresh", "SessionService.reload",
        "SessionService.rotateTokenKey",
        "AdministrationService.reload",
        // Of the server as a whole.
        "HealthService.report",
    ]

    @Test func `a target depends only on targets declared above it`() throws {
        let targets = try Manifest.read().targets
        let names = targets.map(\.name)
        #expect(names.contains("FStore") && names.contains("FStoreCommand"), "the manifest cannot be read: \(names)")
        for (position, target) in targets.enumerated() {
            let below = target.dependencies.intersection(names[position...])
            #expect(below.isEmpty, "\(target.name) depends on \(below), which stands below it")
        }
    }

    @Test func `a target imports what its entry in the manifest names, and names what it imports`() throws {
        let targets = try Manifest.read().targets
        let own = Set(targets.map(\.name))
        for target in targets where target.name.hasPrefix("FStore") && !target.name.hasSuffix("Tests") {
            if target.name == "FStoreTestSupport" { continue }
            var used: Set<String> = []
            for file in try SourceTree.files("Sources/\(target.name)") {
                let imports = Set(SourceTree.imports(file))
                used.formUnion(imports)
                let beyond = imports.subtracting(target.dependencies).subtracting(Self.system)
                    .subtracting(Self.withProducts)
                #expect(beyond.isEmpty, "\(file.path) imports \(beyond), which the manifest does not give it")
            }
            let unused = target.dependencies.intersection(own).subtracting(used)
            #expect(unused.isEmpty, "\(target.name) depends on \(unused) and imports nothing of it")
        }
    }

    @Test func `LMDB is known to one target`() throws {
        let manifest = try Manifest.read()
        let linking = manifest.targets.filter { $0.dependencies.contains("CLMDB") }.map(\.name)
        #expect(linking == ["FStoreLMDB"])
        for file in try SourceTree.files("Sources") where !file.path.hasPrefix("Sources/FStoreLMDB/") {
            for (number, line) in file.code where line.contains("mdb_") || line.contains("MDB_") {
                Issue.record("\(file.path):\(number) calls LMDB")
            }
        }
    }

    @Test func `Foundation is used where a list names the target`() throws {
        for target in try SourceTree.folders("Sources") where !Self.withFoundation.contains(target) {
            for file in try SourceTree.files("Sources/\(target)") {
                let imports = SourceTree.imports(file).filter { $0.hasPrefix("Foundation") }
                #expect(imports.isEmpty, "\(file.path) imports \(imports)")
            }
        }
    }

    @Test func `HTTP names neither the store nor the catalog`() throws {
        let stores = /\b(?:FeatureStore|Catalog)\b/
        for file in try SourceTree.files("Sources/FStoreHTTP") {
            for (number, line) in file.code where line.contains(stores) {
                Issue.record("\(file.path):\(number) goes past the services")
            }
        }
    }

    @Test func `a use case asks who calls`() throws {
        var seen = 0
        for file in try SourceTree.files("Sources/FStoreServices") where file.path.hasSuffix("Service.swift") {
            let service = String(file.place.drop { $0 != "/" }.dropFirst())
            for match in file.text.matches(of: /package (?:static )?func (\w+)[^{]*\{/) {
                seen += 1
                let name = "\(service).\(match.1)"
                if Self.withoutCaller.contains(name) { continue }
                #expect(match.0.contains(/\bfor caller:/), "\(file.path): \(name) does not take `for caller:`")
            }
        }
        #expect(seen > 0, "there are no services")
    }
}
