internal import FStore
internal import FStoreCatalog

/// The audit trail, as commands tell it of features, deletions and erasures: changes that lie outside of the catalog.
///
/// Where a server has made a catalog, its key is asked for before anything happens: nothing changes that the trail
/// could not be told of. A store without a catalog has no trail.
final class CommandTrail {
    private let catalog: Catalog?
    private let organization: Int64?

    /// - Parameter space: whose trail it is.
    init(_ store: StoreArguments, space: UInt32) throws {
        guard Catalog.exists(in: store.directory) else {
            (catalog, organization) = (nil, nil)
            return
        }
        let opened = try Catalog(directory: store.directory)
        do {
            organization = try Blocking.run { [directory = store.directory] in
                try await AuditKey(directory: directory).openTrail(of: opened)
                return try await opened.organizations().first { $0.space == space }?.id
            }
        } catch {
            try? opened.close()
            throw error
        }
        catalog = opened
    }

    deinit { try? catalog?.close() }

    /// Tells of something that has happened. It stays so when the trail cannot be told, on a full disk for example;
    /// standard error says that then.
    func note(_ action: AuditAction, _ target: String, _ details: [(name: String, value: String)]) {
        guard let catalog else { return }
        do {
            try Blocking.run { [organization] in
                try await catalog.note(action, target, organization: organization, details: details, by: .typing)
            }
        } catch {
            let output = Output(descriptor: 2)
            output.line("note: this has happened, but the audit trail could not be told of it: \(error)")
            try? output.flush()
        }
    }
}
