package import FStoreWire

/// What clients may do. Beyond each limit there is a status that says so, or an end.
package struct ServerLimits: Sendable {
    /// What is allowed on one connection.
    package var wire = WireLimits()
    /// Open connections; further ones wait until one closes.
    package var connections = 4096
    /// Open connections from one address; further ones are answered with 503. 0 is half of ``connections``.
    package var connectionsPerAddress = 0
    /// Bytes of an answer's body; a longer one is 413.
    package var maxAnswerBytes = 16_777_216
    /// Bytes of bodies and answers that are held for all clients together; past it the slowest go.
    package var inFlightBytes = 536_870_912
    /// The same of one organization. 0 is half of ``inFlightBytes``.
    package var inFlightBytesPerOrganization = 0
    /// The same of one connection.
    package var inFlightBytesPerConnection = 67_108_864
    /// After the signal to stop, for requests that are under way.
    package var drainSeconds = 25

    package init() {}

    /// The limits of the decoder behind the front: wider, for it counts the target among the headers, and says nothing
    /// of why it refuses.
    var decoderBytes: Int { wire.headerBytes + wire.targetBytes + 64 }
    var decoderHeaders: Int { wire.headerCount + 1 }

    /// ``connectionsPerAddress`` as a number of connections.
    var connectionsOfAddress: Int { connectionsPerAddress > 0 ? connectionsPerAddress : max(1, connections / 2) }

    /// ``inFlightBytesPerOrganization`` as a number of bytes.
    var inFlightBytesOfOrganization: Int {
        inFlightBytesPerOrganization > 0 ? inFlightBytesPerOrganization : max(1, inFlightBytes / 2)
    }

    /// Bytes of one message of an Arrow stream, which is in memory as a whole beside what is made of it.
    var arrowMessageBytes: Int { inFlightBytesOfConnection / 2 }

    /// ``inFlightBytesPerConnection``, and never less than the longest answer.
    var inFlightBytesOfConnection: Int { max(inFlightBytesPerConnection, maxAnswerBytes) }
}
