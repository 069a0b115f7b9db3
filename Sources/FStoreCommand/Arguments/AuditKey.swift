internal import FStoreCatalog
internal import FStoreConnectors
internal import FStoreSecurity

/// The server's key, which links the entries of the audit trail in a data directory.
struct AuditKey {
    let directory: String

    /// The chain of the trail.
    ///
    /// A missing key is not made here: the server may keep its key elsewhere, and entries that are linked with another
    /// key could not be checked.
    func chain() throws -> AuditChain {
        AuditChain(key: try key())
    }

    /// Lets a command write to the audit trail, if this is the key of the trail.
    func openTrail(of catalog: Catalog) async throws {
        guard try await catalog.keepAudit(with: chain()) else {
            throw CommandError(
                .badData,
                "other_key",
                "the audit trail was not written under this key; give the key of the server in "
                    + "FSTORE_SECRET_KEY_FILE, or start the server once with the new key"
            )
        }
    }

    /// The key of the server.
    func key() throws -> SealingKey {
        let environment = ProcessEnvironment.all
        switch (environment["FSTORE_SECRET_KEY"] ?? "", environment["FSTORE_SECRET_KEY_FILE"] ?? "") {
        case ("", ""):
            guard FileCopy.exists(directory + "/" + SealingKey.fileName) else {
                throw CommandError(
                    .noInput,
                    "no_secret_key",
                    "there is no \(SealingKey.fileName) in \(directory), and the audit trail needs it; if the server "
                        + "has its key elsewhere, name the file in FSTORE_SECRET_KEY_FILE"
                )
            }
            return try SealingKey.load(directory: directory)
        case (let text, ""): return try parse(text, "FSTORE_SECRET_KEY")
        case ("", let path): return try parse(String(decoding: content(of: path), as: UTF8.self), path)
        default:
            throw CommandError(
                .settings,
                "secret",
                "FSTORE_SECRET_KEY and FSTORE_SECRET_KEY_FILE are both set; set one of them"
            )
        }
    }

    private func parse(_ text: String, _ place: String) throws -> SealingKey {
        do throws(SealingKeyError) { return try SealingKey.parse(text) } catch {
            throw CommandError(.settings, "secret", "\(place): \(error)")
        }
    }

    private func content(of path: String) throws -> ArraySlice<UInt8> {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = try InputFile(path).read(into: &bytes, at: 0, count: bytes.count)
        return bytes[..<count]
    }
}
