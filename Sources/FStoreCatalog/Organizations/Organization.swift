/// A tenant: whose users see each other's data, and nobody else's.
package struct Organization: Hashable, Sendable {
    /// The number of the organization, from 1 and within 32 bits. It is the space of its values in the engine.
    package let id: Int64
    /// The name, unique in the catalog.
    package let name: String
    /// When it was created.
    package let created: UnixNanoseconds
}
