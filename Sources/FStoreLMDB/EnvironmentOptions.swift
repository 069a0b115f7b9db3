/// How a map is opened.
package struct EnvironmentOptions: Sendable {
    /// What a commit waits for.
    package enum Durability: Sendable {
        /// Data and meta page have reached the disk.
        case full
        /// Data has reached the disk; the meta page follows with the next commit (`MDB_NOMETASYNC`).
        case withoutMetaSync
    }

    /// Bytes of address space, or `nil` for what the file says of itself.
    package var mapSize: Int?
    /// Slots in the reader table, shared by all processes.
    package var maxReaders: UInt32
    package var durability: Durability
    package var isReadOnly: Bool
    /// Whether reads look at pages themselves where their layout is known, instead of asking LMDB.
    package var readsPages = true

    package init(mapSize: Int?, maxReaders: UInt32, durability: Durability, isReadOnly: Bool) {
        self.mapSize = mapSize
        self.maxReaders = maxReaders
        self.durability = durability
        self.isReadOnly = isReadOnly
    }
}
