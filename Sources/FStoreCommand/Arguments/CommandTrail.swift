internal import FStore
internal import FStoreCatalog

/// The audit trail, as commands tell it of features, deletions and erasures: changes that lie outside of the catalog.
///
/// Where a server has made a catalog, its key is asked for before anything happens: nothing changes that the trail
/// could not be told of. A store without a catalog has no trail.
struct CommandTrail {
    private let store: StoreArguments
    private let space: UInt32
    private let isKept: Bool

    /// - Parameter space: whose trail it is.
    init(_ store: StoreArguments, space: UInt32) throws {
        self.store = store
        self.space = space
        isKept = Catalog.exists(in: store.directory)
        if isKept { try store.changeCatalog { _ in } }
    }

    /// Tells of something that has happened. It stays so when the trail cannot be told, on a full disk for example;
    /// standard error says that then.
    func note(_ action: AuditAction, _ target: String, _ details: [(name: String, value: String)]) {
        guard isKept else { return }
        do {
            try store.changeCatalog { [space] catalog in
                let organization = try await catalog.organizations().first { $0.space == space }
                try await catalog.note(
                    action,
                    target,
                    organization: organization?.id,
                    details: details,
                    by: .typing
                )
            }
        } catch {
            let output = Output(descriptor: 2)
            output.line("note: this has happened, but the audit trail could not be told of it: \(error)")
            try? output.flush()
        }
    }
}
