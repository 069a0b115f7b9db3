internal import FStoreLMDB

/// Which catalog the values belong to.
///
/// A server keeps organizations in a catalog beside the values, and an organization's number is where its values lie.
/// Without that catalog the numbers would be given again, and a new organization would find the values of a former one.
/// The mark lets a server notice this before it starts.
package struct CatalogMark: Hashable, Sendable {
    /// How many bytes an identity has.
    package static let identityBytes = 16

    /// What the catalog has drawn at random when it was made.
    package let identity: [UInt8]
    /// The highest number that the catalog had given to an organization when the mark was written.
    package let organizations: UInt32

    /// - Parameter identity: 16 bytes.
    package init(identity: [UInt8], organizations: UInt32) {
        precondition(identity.count == Self.identityBytes, "an identity has 16 bytes")
        self.identity = identity
        self.organizations = organizations
    }
}

extension FeatureStore {
    /// The catalog that the values belong to; `nil` when no server has used them yet.
    package func catalogMark() throws(ReadError) -> CatalogMark? {
        try read { snapshot throws(ReadError) in try snapshot.catalogMark }
    }

    /// The highest space that has a feature or a value; 0 in an empty store.
    package func highestSpace() throws(ReadError) -> UInt32 {
        try read { snapshot throws(ReadError) in try snapshot.highestSpace }
    }

    /// Writes the mark. It has reached the disk when this returns, whatever the store's durability is.
    package func setCatalogMark(_ mark: CatalogMark) async throws(WriteError) {
        try await performing { writer throws(WriteError) in
            // Into the room that is kept back: a server starts on a full store too.
            try writer.change(.reclaiming) { transaction, _ throws(WriteError) in
                do throws(StorageError) {
                    try transaction.putCatalogMark(mark, writer.tables)
                } catch {
                    throw writer.failure(error)
                }
                return ((), nil)
            }
            try writer.synchronize()
        }
    }
}

extension Snapshot {
    var catalogMark: CatalogMark? {
        get throws(ReadError) {
            do { return try transaction.catalogMark(tables) } catch { throw ReadError(any: error) }
        }
    }
}
