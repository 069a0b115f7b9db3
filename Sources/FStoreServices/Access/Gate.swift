package import FStoreIdentity
internal import FStoreSecurity

/// Decides who gets in: the credential, the role, the limit, and the state of the server. Both paths ask this gate,
/// with the rule that stands in the operation.
package struct Gate: Sendable {
    private let credentials: CredentialTable
    private let sessions: SessionTable
    private let addresses: AddressLimits
    private let quotas: QuotaTable
    private let state: ServerState
    private let limits: OperationLimits

    package init(
        credentials: CredentialTable,
        sessions: SessionTable = SessionTable(),
        addresses: AddressLimits = AddressLimits(isOn: false),
        quotas: QuotaTable = QuotaTable(),
        state: ServerState,
        limits: OperationLimits = OperationLimits()
    ) {
        self.credentials = credentials
        self.sessions = sessions
        self.addresses = addresses
        self.quotas = quotas
        self.state = state
        self.limits = limits
    }

    /// Why a request is not let in.
    package enum Refusal: Error, Hashable, Sendable {
        /// No credential, or one that opens nothing.
        case unauthenticated
        /// The caller's role is below that of the operation.
        case roleTooLow(needed: Role, given: Role)
        /// A limit is used up.
        case limited(RateMeter.Reading)
        /// The limit of the client's address is used up.
        case addressLimited(RateMeter.Reading, AddressClass)
        /// The organization has used up one of its quotas.
        case overQuota(QuotaRefusal)
        /// The server takes no such request now.
        case closed(ServerState.Closure)
    }

    /// The key or the session with this text, if it opens anything now.
    ///
    /// - Parameter now: nanoseconds since 1970.
    package func entry(for text: Span<UInt8>, at now: Int64) -> CredentialEntry? {
        guard (8...AccessToken.maximumLength).contains(text.count) else { return nil }
        let digest = SHA256.digest(of: text)
        guard let entry = credentials.entry(for: digest) ?? sessions.entry(for: text, digest, at: now),
            entry.isValid(at: now)
        else { return nil }
        return entry
    }

    /// Whether this is an access token of a session that goes on, and whose only fault is its age: its client should
    /// refresh it.
    package func isExpiredToken(_ text: Span<UInt8>, at now: Int64) -> Bool {
        sessions.isExpired(text, at: now)
    }

    /// Lets a request in and counts it, or says why not. Costs no look-up of a value: refusing takes less than a
    /// microsecond.
    ///
    /// - Parameters:
    ///   - rule: of the operation that is asked for.
    ///   - entry: the caller's credential, if there is one.
    ///   - address: where the request comes from, for operations that are limited for each address.
    ///   - now: nanoseconds of a clock that never steps back.
    /// - Returns: what is left of the limit that is nearest to its end; `nil` when there is none.
    package func admit(
        _ rule: AccessRule,
        _ entry: CredentialEntry?,
        from address: String? = nil,
        at now: UInt64
    ) throws(Refusal) -> RateMeter.Reading? {
        if case .role(let needed) = rule.access {
            guard let role = entry?.principal.role else { throw .unauthenticated }
            if role < needed { throw .roleTooLow(needed: needed, given: role) }
        }
        if let closure = state.closure(for: rule, role: entry?.principal.role) { throw .closed(closure) }
        // Whoever has a key without a limit is not limited by address either.
        if let address, let addressClass = rule.addressClass, entry?.quota != .unlimited,
            let reading = addresses.admit(address, addressClass, at: now), !reading.isAdmitted
        {
            throw .addressLimited(reading, addressClass)
        }
        if rule.storesValues, let entry, let meter = quotas.meter(of: entry.principal.organizationID) {
            do throws(QuotaRefusal) { try meter.check(at: now) } catch { throw .overQuota(error) }
        }
        guard let entry else { return nil }
        let meter = entry.meter(rule.rate)
        let reading = meter?.admit(at: now)
        if let reading, !reading.isAdmitted { throw .limited(reading) }
        guard let own = ownMeter(rule, entry) else { return reading }
        let ownReading = own.admit(at: now)
        guard ownReading.isAdmitted else {
            meter?.giveBack()
            throw .limited(ownReading)
        }
        if let reading, reading.remaining <= ownReading.remaining { return reading }
        return ownReading
    }

    /// The limit that the operation has beside that of its class; `nil` for nearly all.
    private func ownMeter(_ rule: AccessRule, _ entry: CredentialEntry) -> RateMeter? {
        guard let limit = limits.limit(of: rule) else { return nil }
        return entry.meter(ofOperation: rule.operation, limit: limit)
    }

    /// Takes an admission back: the request is asked again on the other path, which counts it.
    package func giveBack(_ rule: AccessRule, _ entry: CredentialEntry) {
        entry.meter(rule.rate)?.giveBack()
        ownMeter(rule, entry)?.giveBack()
    }
}
