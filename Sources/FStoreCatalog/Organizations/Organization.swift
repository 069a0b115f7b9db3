/// A tenant: whose users see each other's data, and nobody else's.
package struct Organization: Hashable, Sendable {
    /// The number of the organization, from 1 and within 32 bits. It is never used again.
    package let id: Int64
    /// The namespace of its features in the engine: 0 for the first organization of a store, so that the server, the
    /// library and the command line see the same features; the id for all others.
    package let space: UInt32
    /// The name, unique in the catalog.
    package let name: String
    /// When it was created.
    package let created: UnixNanoseconds
}
