internal import ArgumentParser
internal import FStoreCatalog
internal import Glibc

/// The catalog of a data directory, for commands that work on it without a server, or beside one.
extension StoreArguments {
    /// Runs `body` on the catalog, which a server has made before, and closes it.
    func withCatalog<Value: Sendable>(
        _ body: @escaping @Sendable (Catalog) async throws -> Value
    ) throws -> Value {
        guard Catalog.exists(in: directory) else {
            throw CommandError(
                .noInput,
                "no_catalog",
                "there is no catalog in \(directory); a server makes one when it first starts there"
            )
        }
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
}

/// Who sits at the command line, for the audit trail.
enum CommandLineUser {
    /// The number of the system's user: names can be made up in the environment.
    static var name: String { "uid \(getuid())" }
}
