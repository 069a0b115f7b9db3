internal import ArgumentParser
internal import FStoreCatalog
internal import Glibc

/// The catalog of a data directory, for commands that work on it without a server, or beside one.
extension StoreArguments {
    /// Runs `body` on the catalog, which a server has made before, and closes it. Nothing that the audit trail tells of
    /// can be changed in it.
    func withCatalog<Value: Sendable>(
        _ body: @escaping @Sendable (Catalog) async throws -> Value
    ) throws -> Value {
        try requireCatalog()
        let catalog = try Catalog(directory: directory)
        do {
            let value = try Blocking.run { try await body(catalog) }
            try catalog.close()
            return value
        } catch {
            try? catalog.close()
            throw error
        }
    }

    /// Ends a command that needs the catalog of a server where there is none.
    func requireCatalog() throws(CommandError) {
        guard Catalog.exists(in: directory) else {
            throw CommandError(
                .noInput,
                "no_catalog",
                "there is no catalog in \(directory); a server makes one when it first starts there"
            )
        }
    }

    /// The same for a command that changes something. It needs the server's key, for the entry in the audit trail.
    func changeCatalog<Value: Sendable>(
        _ body: @escaping @Sendable (Catalog) async throws -> Value
    ) throws -> Value {
        try withCatalog { [directory] catalog in
            try await AuditKey(directory: directory).openTrail(of: catalog)
            return try await body(catalog)
        }
    }
}

/// The user of the command line, as the audit trail names it.
enum CommandLineUser {
    /// The number of the system's user, because names in the environment can be false.
    static var name: String { "uid \(getuid())" }
}

extension AuditActor {
    /// Whoever runs this command.
    static var typing: AuditActor { .commandLine(CommandLineUser.name) }
}
