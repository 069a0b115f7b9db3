internal import FStoreServices
internal import FStoreTelemetry
internal import NIOCore
internal import Synchronization

/// The bytes that the server holds for its clients: bodies that come in, and answers that are not sent.
///
/// When they come to their limit, the slowest go first: a body or an answer that has waited for its client for more
/// than a second, and of which the fewest bytes a second have come or gone. So a few thousand clients that send a byte
/// now and then cannot hold the memory which others need for a moment. Small bodies and answers are not counted: any
/// connection may have them.
final class ByteBudget: Sendable {
    /// Bytes of a body or an answer that are not counted.
    static let freeBytes = 65_536
    /// A client is left in peace for so long, whatever its speed.
    private static let graceNanoseconds: UInt64 = 1_000_000_000

    /// What waits for the client of a connection, and since when.
    private enum Phase {
        case nothing
        case receiving(since: UInt64)
        case sending(since: UInt64)
    }

    private struct Account {
        var organization: Int64?
        var phase = Phase.nothing
        /// What is held of the body, or was made of it so far.
        var body = 0
        /// What has come of the body.
        var received = 0
        var answer = 0
        /// What the channel holds, beyond ``answer`` or as a part of it.
        var unsent = 0
        /// It has gone, to make room: nothing of it counts any more.
        var isEvicted = false
        let evict: @Sendable () -> Void

        var bytes: Int { isEvicted ? 0 : body + max(answer, unsent) }

        /// Bytes a second, when the client has had its time.
        func speed(at now: UInt64) -> Double? {
            let (bytes, since): (Int, UInt64)
            switch phase {
            case .nothing: return nil
            case .receiving(let start): (bytes, since) = (received, start)
            case .sending(let start): (bytes, since) = (max(answer, unsent), start)
            }
            guard now > since, now - since > ByteBudget.graceNanoseconds else { return nil }
            return Double(bytes) / (Double(now - since) / 1e9)
        }
    }

    private struct State {
        var total = 0
        var ofOrganization: [Int64: Int] = [:]
        var accounts: [ObjectIdentifier: Account] = [:]

        mutating func count(_ change: Int, _ organization: Int64?) {
            total += change
            guard let organization else { return }
            let bytes = ofOrganization[organization, default: 0] + change
            ofOrganization[organization] = bytes == 0 ? nil : bytes
        }
    }

    private let limits: ServerLimits
    private let time: TimeSource
    private let state = Mutex(State())
    private let evictions: Counter
    private let held: Gauge

    init(_ limits: ServerLimits, metrics: RequestMetrics, time: TimeSource = .system) {
        self.limits = limits
        self.time = time
        evictions = metrics.evictedRequests
        held = metrics.heldBytes
    }

    /// A connection begins.
    ///
    /// - Parameter evict: ends what it waits for, or the connection; called on any thread.
    func open(_ key: ObjectIdentifier, evict: @escaping @Sendable () -> Void) {
        state.withLock { $0.accounts[key] = Account(evict: evict) }
    }

    /// A connection is over.
    func close(_ key: ObjectIdentifier) {
        let freed = state.withLock { state in
            guard let account = state.accounts.removeValue(forKey: key) else { return 0 }
            state.count(-account.bytes, account.organization)
            return account.bytes
        }
        if freed > 0 { held.add(Int64(-freed)) }
    }

    /// What came of asking for more bytes.
    enum Outcome {
        case granted
        /// Others are faster, or are not to be blamed.
        case short
        /// It was granted before, and had to go for others.
        case evicted
    }

    /// What is held of the body of a connection's request, and how much of it has come.
    func receive(_ key: ObjectIdentifier, held: Int, received: Int, organization: Int64?) -> Outcome {
        let now = time.monotonic()
        return update(key, now) { account in
            if case .receiving = account.phase {} else { account.phase = .receiving(since: now) }
            account.organization = organization
            account.received = received
            account.body = held
        }
    }

    /// The body is whole: what happens with it is up to the server.
    func work(_ key: ObjectIdentifier) { _ = update(key, 0) { $0.phase = .nothing } }

    /// The request is answered with so many bytes, and nothing of its body is held.
    func answer(_ key: ObjectIdentifier, _ bytes: Int, organization: Int64?) -> Outcome {
        let now = time.monotonic()
        return update(key, now) { account in
            // What is held already counts for the organization that it was counted for.
            if account.bytes == 0 { account.organization = organization }
            account.body = 0
            account.received = 0
            account.answer = bytes
            account.phase = bytes > 0 ? .sending(since: now) : .nothing
        }
    }

    /// The answer has gone out.
    func sent(_ key: ObjectIdentifier) {
        _ = update(key, 0) { account in
            account.answer = 0
            if account.unsent == 0 { account.phase = .nothing }
        }
    }

    /// So much waits in the channel since its client stopped taking it.
    func wait(_ key: ObjectIdentifier, unsent: Int, organization: Int64?) -> Outcome {
        let now = time.monotonic()
        return update(key, now) { account in
            if account.bytes == 0 { account.organization = organization }
            account.unsent = unsent
            switch account.phase {
            case .nothing where unsent > 0: account.phase = .sending(since: now)
            case .sending where unsent == 0 && account.answer == 0: account.phase = .nothing
            default: break
            }
        }
    }

    private func update(_ key: ObjectIdentifier, _ now: UInt64, _ change: (inout Account) -> Void) -> Outcome {
        var victims: [@Sendable () -> Void] = []
        var growth = 0
        let outcome = state.withLock { state -> Outcome in
            guard var account = state.accounts[key] else { return .granted }
            if account.isEvicted { return .evicted }
            let before = (bytes: account.bytes, organization: account.organization)
            change(&account)
            let more = account.bytes - (account.organization == before.organization ? before.bytes : 0)
            if more > 0 {
                if account.bytes > limits.inFlightBytesOfConnection { return .short }
                while let isShort = shortage(state, more, account.organization) {
                    guard let slowest = slowest(state, isShort, account.organization, at: now), slowest != key,
                        var victim = state.accounts[slowest]
                    else { return .short }
                    growth -= victim.bytes
                    state.count(-victim.bytes, victim.organization)
                    victim.isEvicted = true
                    state.accounts[slowest] = victim
                    victims.append(victim.evict)
                }
            }
            growth += account.bytes - before.bytes
            state.count(-before.bytes, before.organization)
            state.count(account.bytes, account.organization)
            state.accounts[key] = account
            return .granted
        }
        if growth != 0 { held.add(Int64(growth)) }
        for evict in victims {
            evictions.add()
            evict()
        }
        return outcome
    }

    private enum Shortage {
        case server, organization
    }

    private func shortage(_ state: State, _ more: Int, _ organization: Int64?) -> Shortage? {
        if state.total + more > limits.inFlightBytes { return .server }
        guard let organization else { return nil }
        let bytes = state.ofOrganization[organization, default: 0]
        return bytes + more > limits.inFlightBytesOfOrganization ? .organization : nil
    }

    /// Of all, or of an organization.
    private func slowest(
        _ state: State,
        _ shortage: Shortage,
        _ organization: Int64?,
        at now: UInt64
    ) -> ObjectIdentifier? {
        var found: (key: ObjectIdentifier, speed: Double)?
        for (key, account) in state.accounts where account.bytes > 0 {
            if case .organization = shortage, account.organization != organization { continue }
            guard let speed = account.speed(at: now) else { continue }
            if speed < found?.speed ?? .infinity { found = (key, speed) }
        }
        return found?.key
    }
}

/// The part of the budget that one request on the slow path has.
final class RequestBytes: Sendable {
    private let budget: ByteBudget
    private let key: ObjectIdentifier
    private let organization: Int64?
    /// Small requests ask for nothing, and have nothing to give back.
    private let isCounted = Atomic<Bool>(false)

    init(_ budget: ByteBudget, _ channel: any Channel, organization: Int64?) {
        self.budget = budget
        self.organization = organization
        key = ObjectIdentifier(channel)
    }

    /// - Parameters:
    ///   - held: what is in memory of the body, or made of it.
    ///   - received: what has come of it.
    /// - Throws: 503 when there is no room for it.
    func receive(held: Int, received: Int) throws(APIError) {
        if held <= ByteBudget.freeBytes, !isCounted.load(ordering: .relaxed) { return }
        isCounted.store(true, ordering: .relaxed)
        switch budget.receive(key, held: held, received: received, organization: organization) {
        case .granted: break
        case .short: throw Self.short()
        case .evicted: throw Self.evicted()
        }
    }

    /// The body is whole.
    func work() {
        if isCounted.load(ordering: .relaxed) { budget.work(key) }
    }

    /// The request is answered, and its body let go of.
    func answer(_ bytes: Int) throws(APIError) {
        let counted = bytes > ByteBudget.freeBytes ? bytes : 0
        if counted == 0, !isCounted.load(ordering: .relaxed) { return }
        // An answer that is evicted ends with its connection.
        if case .short = budget.answer(key, counted, organization: organization) {
            _ = budget.answer(key, 0, organization: organization)
            throw Self.short()
        }
    }

    /// Why reading the body ended early, if it had to go for others.
    func eviction() -> APIError? {
        guard isCounted.load(ordering: .relaxed) else { return nil }
        guard case .evicted = budget.receive(key, held: 0, received: 0, organization: organization) else { return nil }
        return Self.evicted()
    }

    private static func short() -> APIError {
        .unavailable(
            "the server already holds as many bytes of requests and answers as it may; try again later",
            retryAfterSeconds: 1
        )
    }

    private static func evicted() -> APIError {
        .unavailable(
            "the server already holds as many bytes of requests and answers as it may; this request was the slowest",
            retryAfterSeconds: 1
        )
    }
}
