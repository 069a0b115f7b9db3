package import FStore
package import FStoreCatalog
package import FStoreIdentity

/// Organizations: managed by operators, and each shown to its own admins.
package struct OrganizationService: Sendable {
    private let catalog: Catalog
    private let store: FeatureStore
    private let quotas: QuotaTable
    private let reloadCredentials: @Sendable () async throws -> Void

    /// - Parameter reloadCredentials: makes what has changed in the catalog count for keys and sessions.
    package init(
        catalog: Catalog,
        store: FeatureStore,
        quotas: QuotaTable,
        reloadCredentials: @escaping @Sendable () async throws -> Void
    ) {
        self.catalog = catalog
        self.store = store
        self.quotas = quotas
        self.reloadCredentials = reloadCredentials
    }

    /// An organization, and what the store knows of it.
    package struct Report: Sendable {
        package let organization: Organization
        /// Bytes that it has stored, as last counted; `nil` when nothing limits them.
        package let storedBytes: Int64?
        /// Features that are still to be removed; `nil` unless it is being deleted.
        package let featuresLeft: Int?
    }

    // MARK: Reading

    /// A page of all organizations, oldest first, with those that are deleted.
    package func page(offset: Int, limit: Int, for caller: Principal) async throws -> CatalogPage<Report> {
        let found = try await catalog.organizations(offset: offset, limit: limit)
        return CatalogPage(items: try found.items.map(report), total: found.total)
    }

    /// One organization: the caller's own, or for an operator any.
    package func organization(_ id: Int64, for caller: Principal) async throws -> Report {
        guard id == caller.organizationID || caller.role == .operator else { throw CatalogError.notFound }
        return try report(await catalog.organization(id))
    }

    private func report(_ organization: Organization) throws(ReadError) -> Report {
        let features = organization.status == .deleting ? try store.spaceFeatures(organization.space) : nil
        return Report(
            organization: organization,
            storedBytes: quotas.meter(of: organization.id)?.storedBytes ?? organization.stored?.bytes,
            featuresLeft: features.map { $0.live + $0.toReclaim }
        )
    }

    // MARK: Changing

    /// Makes an organization, without users.
    package func create(_ name: String, _ update: OrganizationUpdate, for caller: Principal) async throws -> Report {
        let made = try await catalog.createOrganization(name: name, by: AuditActor(caller))
        return try await self.update(made.id, update, for: caller)
    }

    /// Changes an organization. Quotas count from the next request on; while it is disabled its keys and sessions open
    /// nothing.
    package func update(_ id: Int64, _ update: OrganizationUpdate, for caller: Principal) async throws -> Report {
        let changed = try await catalog.updateOrganization(id, update: update, by: AuditActor(caller))
        try await reload()
        if update.isDisabled != nil { try await reloadCredentials() }
        return try report(changed)
    }

    /// Begins the deletion of an organization: its keys and sessions end at once, its values go in the background.
    package func delete(_ id: Int64, for caller: Principal) async throws -> Report {
        let deleted = try await catalog.beginDeletion(ofOrganization: id, by: AuditActor(caller))
        try await reloadCredentials()
        try await reload()
        return try report(deleted)
    }

    // MARK: In the background

    /// Reads the quotas of all organizations.
    package func reload() async throws(CatalogError) {
        let reading = quotas.beginReading()
        quotas.replace(with: try await catalog.organizations(), reading: reading)
    }

    /// What counts the bytes that quotas limit, and removes what deleted organizations have left.
    var jobs: [Job] {
        [
            Job("bytes of organizations with a quota", every: .seconds(30)) { try await countBytes() },
            Job("values of deleted organizations", every: .seconds(1)) { try await eraseDeleted() },
        ]
    }

    /// Cells that are counted in one read, and the pause behind it: other work of the server goes on beside.
    private static let cellsOfStep = 20_000
    private static let pauseOfStep = Duration.milliseconds(10)

    /// Counts what organizations whose bytes are limited have stored.
    func countBytes() async throws {
        for meter in quotas.withByteLimit {
            let begin = meter.beginCount()
            var walk = try store.spaceWalk(meter.space)
            while true {
                try store.step(&walk, cells: Self.cellsOfStep)
                if walk.isDone { break }
                try await Task.sleep(for: Self.pauseOfStep)
            }
            meter.counted(walk.bytes, since: begin)
            // So that a server that starts knows it before its first count.
            try await catalog.noteStoredBytes(Int64(walk.bytes), ofOrganization: meter.organization)
        }
    }

    private static let featuresOfStep = 100
    private static let rowsOfStep = 5000

    /// Removes the values of organizations that are being deleted, feature by feature, then their rows. Whatever a stop
    /// interrupts goes on after the next start: the catalog knows of it.
    func eraseDeleted() async throws {
        for organization in try await catalog.organizationsBeingDeleted() {
            let filter = FeatureFilter(space: organization.space)
            while case let page = try store.features(filter, limit: Self.featuresOfStep), !page.features.isEmpty {
                for feature in page.features {
                    try Task.checkCancellation()
                    do throws(WriteError) {
                        try await store.delete(feature.handle)
                    } catch {
                        // Somebody else was faster.
                        if case .unknownFeature = error { continue }
                        throw error
                    }
                }
            }
            // The store takes the space back in slices; this job comes again until that is done.
            guard try store.spaceFeatures(organization.space).isEmpty else { continue }
            while try await !catalog.removeRows(ofDeletedOrganization: organization.id, limit: Self.rowsOfStep) {
                try Task.checkCancellation()
            }
            try await catalog.endDeletion(ofOrganization: organization.id, by: .server)
        }
    }
}
