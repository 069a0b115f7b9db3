/// What a client may send on one connection, and how slowly. Beyond each there is a status that says so, or an end.
package struct WireLimits: Sendable {
    /// Bytes of the request line's target: more is 414.
    package var targetBytes = 16_384
    /// Bytes of all headers: more is 431.
    package var headerBytes = 32_768
    /// Headers of one request: more is 431.
    package var headerCount = 100
    /// From the first byte of a head to its end: 408 after that.
    package var headSeconds = 10
    /// Without a byte of a body that is expected: the connection is closed.
    package var bodySeconds = 20
    /// How fast a body must come on the whole, once ``bodySeconds`` have gone by: the connection is closed otherwise.
    package var bodyBytesPerSecond = 128
    /// Without a request on an open connection: it is closed.
    package var idleSeconds = 75
    /// Without the client taking any byte of what is written: the connection is closed.
    package var writeSeconds = 30
    /// How long what comes is thrown away behind the last answer.
    package var lingerSeconds = 2

    package init() {}
}
