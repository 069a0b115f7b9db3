/// A named table inside the map. Valid as long as its environment.
package struct Table: Equatable, Sendable {
    let handle: UInt32

    init(handle: UInt32) {
        self.handle = handle
    }
}
