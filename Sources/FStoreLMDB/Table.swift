/// A named table inside the map. Valid as long as its environment.
package struct Table: Equatable, Sendable {
    let handle: UInt32
    let name: [UInt8]

    init(_ name: String, handle: UInt32) {
        self.handle = handle
        self.name = Array(name.utf8)
    }
}
