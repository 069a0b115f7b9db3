/// A secret of a source, such as a password: its name, and what sealing made of it. Never its text.
package struct SealedSecret: Hashable, Sendable {
    /// The name of the member of the configuration that it is, unique within the source.
    package let name: String
    /// What sealing made of it. The source's id and the name belong into the context of the sealing.
    package let bytes: [UInt8]

    /// A secret called `name`, sealed.
    package init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}
