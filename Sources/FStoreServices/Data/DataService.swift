package import FStore
package import FStoreCatalog
package import FStoreIdentity

/// The rows that sources have brought, asked for by source, time and value (document 001).
package struct DataService: Sendable {
    /// Why a question is not answered.
    package enum Refusal: Error, Sendable {
        case unknownSource(String)
        /// It would take longer than so many seconds.
        case tooMuch(seconds: Int)
    }

    private let store: FeatureStore
    private let catalog: Catalog
    private let pool = ThreadPool(threads: 2, mostWaiting: 32, rank: .stepBack)

    /// How long one question may take.
    private static let seconds = 30

    package init(store: FeatureStore, catalog: Catalog) {
        self.store = store
        self.catalog = catalog
    }

    /// A page of records.
    ///
    /// - Throws: ``Refusal``, ``ThreadPool/Busy``, ``ReadError``.
    package func page(_ question: RecordQuestion, for caller: Principal) async throws -> RecordPage {
        let columns = try await RecordColumns(store: store, catalog: catalog)
            .columns(of: question.source, organization: caller.organizationID, space: caller.space)
        let deadline = ContinuousClock.now + .seconds(Self.seconds)
        let result = try await pool.run { [store] in
            Result {
                var scan = try RecordScan(store, question, columns: columns) {
                    if ContinuousClock.now > deadline { throw Refusal.tooMuch(seconds: Self.seconds) }
                }
                return try scan.run()
            }
        }
        return try result.get()
    }
}

/// Finds the features of sources.
struct RecordColumns {
    let store: FeatureStore
    let catalog: Catalog

    /// The columns of one source, or of all.
    ///
    /// - Parameter wanted: an id or a name; `nil` for all.
    func columns(of wanted: String?, organization: Int64, space: UInt32) async throws -> [RecordColumn] {
        guard let wanted else {
            let all = try await catalog.sources(organization: organization, offset: 0, limit: 100_000).items
            return try all.flatMap { try columns(of: $0, space: space) }
        }
        let chosen: Source
        do throws(CatalogError) {
            chosen = try await catalog.source(named: wanted, organization: organization)
        } catch .notFound {
            throw DataService.Refusal.unknownSource(wanted)
        }
        return try columns(of: chosen, space: space)
    }

    /// The columns of a source that are features.
    private func columns(of source: Source, space: UInt32) throws -> [RecordColumn] {
        let mapping = SourceMapping((try? JSONValue(source.config.utf8)) ?? .null)
        func feature(_ column: String) throws -> Feature? {
            try store.feature(named: SourceMapping.feature(of: column, source: source.name), space: space)
        }
        let metadata =
            mapping.values.contains(SourceMapping.metadataColumn)
            ? nil : try feature(SourceMapping.metadataColumn)
        return try mapping.values.compactMap { column in
            try feature(column)
                .map { found in
                    RecordColumn(feature: found, source: source.id, column: column, metadata: metadata)
                }
        }
    }
}
