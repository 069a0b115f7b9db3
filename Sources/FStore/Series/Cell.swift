internal import FStoreLMDB

/// One cell as a lookup finds it: checked and taken apart, with its value still in the memory map.
///
/// `Format` makes it from an entry of `history` or `latest`. Everything above asks a cell what it is and does not look
/// at its bytes.
struct Cell: ~Escapable {
    let eventTime: Int64
    let commitTime: Int64
    let tag: Tag
    let payload: RawSpan

    @inline(__always)
    @_lifetime(copy payload)
    init(eventTime: Int64, commitTime: Int64, tag: Tag, payload: RawSpan) {
        (self.eventTime, self.commitTime, self.tag) = (eventTime, commitTime, tag)
        self.payload = payload
    }

    /// Whether it deletes the value of its event time.
    @inline(__always)
    var isTombstone: Bool { tag == .tombstone }

    /// The answer of a cell that is not a tombstone, before ttl and retention are applied.
    @inline(__always)
    var status: Status { tag == .null ? .null : .present }

    /// The value. That of a tombstone has no type.
    var value: ValueView {
        @inline(__always)
        @_lifetime(copy self)
        get { ValueView(tag: tag, payload: payload) }
    }

    /// Tag and payload, copied out of the map.
    var storedValue: [UInt8] { [tag.rawValue] + payload.copied }
}
