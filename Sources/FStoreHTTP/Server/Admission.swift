internal import FStoreServices
internal import FStoreTelemetry
internal import FStoreWire
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import Synchronization

/// Who may be connected: counts connections, all of them and those of each address.
///
/// When all are taken, no further ones are accepted, and one that is expendable (``Connection/isExpendable(at:)``)
/// gives its place. Nobody looks for it: each connection asks once a second, and the first that can, goes.
final class Admission: Sendable {
    /// An IPv4 address, or the half of an IPv6 address that one client has for itself.
    fileprivate struct Address: Hashable {
        var isLong: Bool
        var bits: UInt64
    }

    private struct State {
        var connections = 0
        var byAddress: [Address: Int] = [:]
        /// When each kind of line was last logged, by the monotonic clock.
        var logged: [String: UInt64] = [:]
    }

    private static let secondsBetweenLines: UInt64 = 10

    private let limit: Int
    private let limitOfAddress: Int
    private let state = Mutex(State())
    /// Everything is taken, and nobody has given its place yet.
    private let wantsRoom = Atomic<Bool>(false)
    private let logger: Logger
    private let open: Gauge
    private let refused: Counter
    private let dropped: Counter

    init(_ limits: ServerLimits, metrics: RequestMetrics, logger: Logger) {
        limit = limits.connections
        limitOfAddress = limits.connectionsOfAddress
        self.logger = logger
        open = metrics.connections
        refused = metrics.refusedConnections
        dropped = metrics.droppedConnections
    }

    /// The place of one connection.
    struct Place: Sendable {
        /// Why the connection is not wanted, if it is not.
        let refusal: Refusal?
        private let admission: Admission
        private let address: Address?

        fileprivate init(_ admission: Admission, _ address: Address?, refusal: Refusal?) {
            self.admission = admission
            self.address = address
            self.refusal = refusal
        }

        /// Whether a connection is asked to give its place.
        var isWanted: Bool { admission.wantsRoom.load(ordering: .relaxed) }

        /// Gives the place to another client.
        ///
        /// - Returns: `false` when another connection was faster.
        func give() -> Bool {
            guard admission.wantsRoom.compareExchange(expected: true, desired: false, ordering: .relaxed).exchanged
            else { return false }
            admission.dropped.add()
            return true
        }

        /// The connection is closed.
        func leave() { admission.leave(address) }
    }

    /// A connection is there.
    func enter(_ remote: SocketAddress?) -> Place {
        open.add(1)
        guard let address = remote.flatMap(Self.address) else { return Place(self, nil, refusal: nil) }
        let count = state.withLock { state in
            state.byAddress[address, default: 0] += 1
            return state.byAddress[address, default: 0]
        }
        if count <= limitOfAddress { return Place(self, address, refusal: nil) }
        refused.add()
        warn("an address has too many connections", ["address": "\(remote?.ipAddress ?? "")", "limit": limitOfAddress])
        return Place(self, address, refusal: .tooManyConnections(limit: limitOfAddress))
    }

    private func leave(_ address: Address?) {
        open.add(-1)
        guard let address else { return }
        state.withLock { state in
            let count = state.byAddress[address, default: 1] - 1
            state.byAddress[address] = count > 0 ? count : nil
        }
    }

    private static func address(_ remote: SocketAddress) -> Address? {
        unsafe remote.withSockAddr { start, count in
            let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
            func word(_ offset: Int) -> UInt64 {
                unsafe UInt64(bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            }
            switch remote {
            // `sin_addr` of `sockaddr_in`.
            case .v4: return Address(isLong: false, bits: word(4))
            case .v6:
                // `sin6_addr` of `sockaddr_in6`. ::ffff:1.2.3.4 is an IPv4 address of a socket that listens for both.
                let (first, second) = (word(8), word(12))
                if first == 0, second == 0, word(16) == UInt64(UInt32(0xFFFF).bigEndian) {
                    return Address(isLong: false, bits: word(20))
                }
                return Address(isLong: true, bits: first << 32 | second)
            default: return nil
            }
        }
    }

    /// Asks for the place of an expendable connection.
    func askForRoom() { wantsRoom.store(true, ordering: .relaxed) }

    /// Logs a warning, and the same not again for a while.
    func warn(_ message: String, _ details: [String: any CustomStringConvertible & Sendable]) {
        let now = TimeSource.system.monotonic()
        let isNew = state.withLock { state in
            if let last = state.logged[message], now - last < Self.secondsBetweenLines * 1_000_000_000 { return false }
            state.logged[message] = now
            return true
        }
        if isNew { logger.warning("\(message)", metadata: details.mapValues { "\($0)" }) }
    }
}

extension Admission {
    /// What hummingbird's listener asks before it accepts.
    struct Listener: AvailableConnectionsDelegate {
        let admission: Admission

        func connectionOpened() { admission.count(1) }

        func connectionClosed() { admission.count(-1) }

        func isAcceptingNewConnections() -> Bool { admission.hasRoom }
    }

    private var hasRoom: Bool { state.withLock { $0.connections } < limit }

    private func count(_ change: Int) {
        let isFull = state.withLock { state in
            state.connections += change
            return state.connections >= limit
        }
        guard isFull else { return }
        // Several are accepted at once, so that there may be more than the limit: one place given is not enough then.
        askForRoom()
        if change > 0 { warnOfLimit() }
    }

    private func warnOfLimit() {
        warn("all connections are taken; idle ones without a key are closed", ["connections": limit])
    }
}
