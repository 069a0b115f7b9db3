internal import FStore
package import FStoreCatalog
package import FStoreIdentity
package import FStoreSecurity

/// Accounts: registering, signing in and out, passwords.
package struct AccountService: Sendable {
    /// How long after giving the password a new one can be set without giving it again, in nanoseconds.
    private static let freshness: Int64 = 300_000_000_000
    /// How long an API key lasts that signing in gives, in nanoseconds.
    private static let loginKeyLifetime: Int64 = 2_592_000_000_000_000

    private let catalog: Catalog
    private let sessions: SessionService
    private let keys: KeyService
    private let pool: ThreadPool
    private let throttle: SignInThrottle
    private let time: TimeSource
    package let rules: AccountRules

    package init(
        catalog: Catalog,
        sessions: SessionService,
        keys: KeyService,
        rules: AccountRules,
        time: TimeSource
    ) {
        self.catalog = catalog
        self.sessions = sessions
        self.keys = keys
        self.rules = rules
        self.time = time
        // A hash takes 40 ms and 19 MiB on purpose.
        pool = ThreadPool(threads: 2, mostWaiting: 16, rank: .giveWay)
        throttle = SignInThrottle()
    }

    /// Why a request about an account is refused.
    package enum Refusal: Error, Sendable {
        /// The password is not the account's, or there is no such account: the two are not told apart.
        case wrongCredentials
        /// Too many wrong passwords: nanoseconds until the next try.
        case waits(UInt64)
        /// Nobody may register, or only who is invited.
        case closed(AccountRules.SignUp)
        /// The invitation is not known, has ended, or is for another e-mail address.
        case noInvitation
        /// The new password cannot be one.
        case password(PasswordObjection)
        /// The current password is missing, and the caller has not given it within the last five minutes.
        case currentPasswordMissing
        /// The current password is not the caller's.
        case currentPasswordWrong
        /// The key may do less than its user, and would do more with a password of its own choice.
        case keyBelowUser
        /// The user has a higher role than the caller.
        case userAboveCaller
    }

    /// Somebody who wants an account.
    package struct Registration: Sendable {
        package var email: String
        package var username: String
        package var password: String
        package var fullName: String

        package init(email: String, username: String, password: String, fullName: String) {
            self.email = email
            self.username = username
            self.password = password
            self.fullName = fullName
        }
    }

    // MARK: Registering

    /// Makes an organization and its admin.
    package func register(_ registration: Registration, organization: String) async throws -> User {
        guard rules.signUp == .open else { throw Refusal.closed(rules.signUp) }
        let user = try await user(registration, role: .admin)
        return try await catalog.register(user, organization: organization, by: .stranger)
    }

    /// Makes a member of the organization that has sent an invitation.
    package func register(_ registration: Registration, invitation: String) async throws -> User {
        if rules.signUp == .closed { throw Refusal.closed(rules.signUp) }
        guard let code = OpaqueToken(invitation, as: .invitation) else { throw Refusal.noInvitation }
        let user = try await user(registration, role: .viewer)
        do {
            return try await catalog.register(user, invitation: code.digest, by: .stranger)
        } catch CatalogError.notFound {
            throw Refusal.noInvitation
        }
    }

    /// Makes a user of the caller's organization, a developer.
    package func create(_ registration: Registration, for caller: Principal) async throws -> User {
        let user = try await user(registration, role: .developer)
        return try await catalog.createUser(user, organization: caller.organizationID, by: AuditActor(caller))
    }

    private func user(_ registration: Registration, role: Role) async throws -> NewUser {
        NewUser(
            username: registration.username,
            email: registration.email,
            fullName: registration.fullName,
            role: role,
            password: try await hash(registration.password).text
        )
    }

    // MARK: Signing in

    /// What signing in gives.
    package struct SignIn: Sendable {
        package enum Token: Sendable {
            case tokens(SessionService.Tokens)
            case key(APIKeyCode, seconds: Int64)
        }

        package let user: User
        package let token: Token
    }

    /// Signs a user in by password.
    ///
    /// Known and unknown accounts take the same time: a hash is compared for both.
    ///
    /// - Parameter name: the username or the e-mail address.
    package func signIn(_ name: String, password: String) async throws -> SignIn {
        let found = try await catalog.login(name)
        let address = RequestOrigin.current?.address ?? ""
        let isKnownHere = found.map { sessions.isSignedIn($0.user.id, at: address) } ?? false
        // Both of an account's names count as one.
        let account = (found?.user.publicID ?? name.lowercased()) + (isKnownHere ? " at " + address : "")
        // That of an unknown account is read as well, which takes its time.
        let stored = PasswordHash(text: found?.password ?? PasswordHash.dummy.text) ?? .dummy
        let isRight = try await check(password, stored, account)
        guard isRight, let found, !found.isDisabled else {
            // The password is wrong, even when the entry cannot be stored because the disk is full.
            try? await catalog.note(
                .sessionFail,
                found?.user.publicID ?? "unknown",
                organization: found?.user.organizationID,
                by: .stranger
            )
            throw Refusal.wrongCredentials
        }
        throttle.succeed(account)
        if stored.needsRehash, let fresh = try? await hash(password, isNew: false) {
            try await catalog.refreshPassword(fresh.text, ofUser: found.user.id, from: found.password)
        }
        do {
            switch rules.loginToken {
            case .jwt:
                return SignIn(user: found.user, token: .tokens(try await sessions.begin(found.user)))
            case .apiKey:
                let end = time.now().nanoseconds + Self.loginKeyLifetime
                let code = try await keys.create(named: "login", expires: end, of: found.user)
                return SignIn(user: found.user, token: .key(code, seconds: Self.loginKeyLifetime / 1_000_000_000))
            }
        } catch CatalogError.notFound {
            // Disabled or removed since.
            throw Refusal.wrongCredentials
        }
    }

    /// The next tokens of a session.
    package func refresh(_ token: String) async throws -> SessionService.Tokens {
        try await sessions.refresh(token)
    }

    // MARK: Passwords

    /// The caller, as the catalog knows them.
    package func user(for caller: Principal) async throws(CatalogError) -> User {
        try await catalog.user(caller.userID, organization: caller.organizationID)
    }

    /// The number of a user of the caller's organization.
    ///
    /// - Parameter text: that number, or the id `usr_…`.
    package func userID(_ text: String, for caller: Principal) async throws(CatalogError) -> Int64 {
        guard let reference = UserReference(text) else { throw .notFound }
        return try await catalog.user(reference, organization: caller.organizationID).id
    }

    /// Gives the caller another password, and ends their other sessions.
    ///
    /// - Parameter current: the password until now. It may be left out within five minutes of signing in, and by those
    ///   who have none.
    package func changePassword(to new: String, from current: String?, for caller: Principal) async throws {
        if try await user(for: caller).role > caller.role { throw Refusal.keyBelowUser }
        let login = try await catalog.login(ofUser: caller.userID)
        if let stored = login.flatMap({ PasswordHash(text: $0.password) }) {
            if let current {
                // Wrong passwords here count like those of signing in.
                let account = (login?.user.publicID ?? "") + " password"
                guard try await check(current, stored, account) else { throw Refusal.currentPasswordWrong }
                throttle.succeed(account)
            } else {
                guard let given = sessions.authenticated(caller), time.now().nanoseconds - given < Self.freshness else {
                    throw Refusal.currentPasswordMissing
                }
            }
        }
        try await setPassword(
            new,
            ofUser: caller.userID,
            organization: caller.organizationID,
            keeping: caller.credential,
            for: caller
        )
    }

    /// Whether a password is the one of a hash, for those who do not have to wait. Until the throttle hears of success,
    /// it counts as a failure.
    private func check(_ password: String, _ stored: PasswordHash, _ account: String) async throws -> Bool {
        let wait = throttle.begin(account, at: time.monotonic())
        if wait > 0 { throw Refusal.waits(wait) }
        do {
            return try await pool.run { stored.verify(password) }
        } catch {
            throttle.takeBack(account)
            throw error
        }
    }

    /// Gives a user whom the caller may change a password, and ends the sessions of that user.
    package func setPassword(_ new: String, of user: User, for caller: Principal) async throws {
        if user.role > caller.role { throw Refusal.userAboveCaller }
        try await setPassword(new, ofUser: user.id, organization: user.organizationID, keeping: nil, for: caller)
    }

    private func setPassword(
        _ new: String,
        ofUser user: Int64,
        organization: Int64,
        keeping credential: Credential?,
        for caller: Principal
    ) async throws {
        let hash = try await hash(new)
        var kept: String?
        if case .session(let id) = credential { kept = id }
        try await catalog.setPassword(
            hash.text,
            ofUser: user,
            organization: organization,
            keeping: kept,
            by: AuditActor(caller)
        )
        try await sessions.reload()
    }

    /// - Parameter isNew: whether it must be one that may be chosen now.
    private func hash(_ password: String, isNew: Bool = true) async throws -> PasswordHash {
        if isNew, let objection = rules.passwords.objection(to: password) { throw Refusal.password(objection) }
        return try await pool.run { Result { () throws(PasswordHashError) in try PasswordHash.make(password) } }.get()
    }
}
