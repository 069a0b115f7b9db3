internal import FStoreSecurity
internal import FStoreServices

/// Refusals of accounts and sessions as answers.
extension APIError {
    init(_ refusal: AccountService.Refusal) {
        switch refusal {
        case .wrongCredentials:
            self = APIError(status: 401, code: .authentication, message: "the name or the password is wrong")
        case .waits(let nanoseconds):
            let seconds = max(1, Int((nanoseconds + 999_999_999) / 1_000_000_000))
            self = APIError(
                status: 429,
                code: .rateLimited,
                message: "too many wrong passwords were tried for this account; try again in \(seconds) s",
                details: [("retry_after_seconds", .integer(seconds))],
                headers: [("Retry-After", String(seconds))]
            )
        case .closed(.invite):
            self = .forbidden("who registers here needs an invitation: ask an admin, and send its code as invitation")
        case .closed:
            self = .forbidden("nobody can register here; ask an admin for an account")
        case .noInvitation:
            self = .forbidden("the invitation is not valid: it has ended, was used, or is for another e-mail address")
        case .password(let objection):
            self = .invalid("password", objection.description)
        case .currentPasswordMissing:
            self = .invalid(
                "current_password",
                "is needed, unless the session began within the last five minutes"
            )
        case .currentPasswordWrong:
            self = .invalid("current_password", "is not the password of this account")
        case .keyBelowUser:
            self = .forbidden("this key may do less than its user, so it cannot set the user's password; sign in")
        case .userAboveCaller:
            self = .forbidden("the password of a user with a higher role cannot be set with this credential")
        }
    }

    init(_ refusal: SessionService.Refusal) {
        switch refusal {
        case .unknownToken:
            self = APIError(
                status: 401,
                code: .authentication,
                message: "the refresh token is not valid: it has ended, or was used before; sign in again"
            )
        case .noSession:
            self = .malformed(
                "an API key has no session to end; revoke the key with DELETE /api/v1/auth/keys/{key_id}"
            )
        case .noTokenKeys:
            self = .unavailable("no access tokens can be made at the moment; try again", retryAfterSeconds: 5)
        }
    }

    /// The errors that only accounts have; `nil` for others.
    init?(ofAccounts error: any Error) {
        switch error {
        case let refusal as AccountService.Refusal: self.init(refusal)
        case let refusal as SessionService.Refusal: self.init(refusal)
        case is ThreadPool.Busy, is PasswordHashError:
            self = .unavailable("too many are signing in at the moment; try again", retryAfterSeconds: 1)
        default: return nil
        }
    }
}
