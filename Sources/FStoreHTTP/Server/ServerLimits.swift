/// What a client may send, and how slowly. Beyond each there is a status that says so.
package struct ServerLimits: Sendable {
    /// Bytes of the request line's target: more is 414.
    package var targetBytes = 16_384
    /// Bytes of all headers: more is 431.
    package var headerBytes = 32_768
    /// Headers of one request: more is 431.
    package var headerCount = 100
    /// Open connections; further ones wait until one closes.
    package var connections = 4096
    /// From the first byte of a head to its end: 408 after that.
    package var headSeconds = 10
    /// Without a byte of a body that is expected: the connection is closed.
    package var bodySeconds = 20
    /// How fast a body must come on the whole, once ``bodySeconds`` have gone by: the connection is closed otherwise.
    package var bodyBytesPerSecond = 128
    /// Without a request on an open connection: it is closed.
    package var idleSeconds = 75
    /// Without the client taking what is written: the connection is closed.
    package var writeSeconds = 30
    /// After the signal to stop, for requests that are under way.
    package var drainSeconds = 25

    package init() {}

    /// The limits of the decoder behind the front: wider, for it counts the target among the headers, and says nothing
    /// of why it refuses.
    var decoderBytes: Int { headerBytes + targetBytes + 64 }
    var decoderHeaders: Int { headerCount + 1 }
}
