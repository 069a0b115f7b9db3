internal import FStoreCatalog

/// Reads all of a catalog.
struct CatalogCheck {
    let directory: String

    /// A sentence for each thing that is wrong; none when all is well.
    func problems() throws -> [String] {
        let catalog: Catalog
        do {
            catalog = try Catalog(directory: directory)
        } catch  where error != .busy {
            return [error.description]
        }
        defer { try? catalog.close() }
        do {
            return try Blocking.run { try await catalog.check() }
        } catch let error as CatalogError where error != .busy {
            return [error.description]
        }
    }
}
