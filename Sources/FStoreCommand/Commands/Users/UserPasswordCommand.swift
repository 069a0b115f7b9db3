internal import ArgumentParser
internal import FStoreCatalog
internal import FStoreSecurity
internal import Glibc

/// `fstore user password`
struct UserPasswordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password",
        abstract: "Give a user a password to sign in with. The user's sessions end.",
        discussion: "The password is read from the terminal, or from the first line of standard input."
    )

    @OptionGroup var store: StoreArguments
    @OptionGroup var user: UserArguments

    func run() throws {
        let password = try Self.read()
        if let objection = PasswordRule().objection(to: password) {
            throw CommandError(.badData, "password", objection.description)
        }
        let hash: PasswordHash
        do throws(PasswordHashError) { hash = try PasswordHash.make(password) } catch {
            throw CommandError(.badData, "password", error.description)
        }
        let found = try store.changeCatalog { [user] catalog in
            let found = try await user.find(in: catalog)
            try await catalog.setPassword(
                hash.text,
                ofUser: found.id,
                organization: found.organizationID,
                keeping: nil,
                by: .typing
            )
            return found
        }
        let output = Output()
        output.line("\(found.username) can sign in, as \(found.username) or \(found.email)")
        try output.flush()
    }

    /// Asks twice on a terminal, without showing what is typed; elsewhere reads one line.
    private static func read() throws -> String {
        guard isatty(STDIN_FILENO) == 1 else {
            guard let line = readLine() else {
                throw CommandError(.noInput, "password", "there is no password on standard input; write it in one line")
            }
            return line
        }
        let first = try unseen("New password: ")
        guard try unseen("Again: ") == first else {
            throw CommandError(.badData, "password", "the two passwords differ; nothing was changed")
        }
        return first
    }

    private static func unseen(_ prompt: String) throws -> String {
        var before = termios()
        _ = unsafe tcgetattr(STDIN_FILENO, &before)
        var quiet = before
        quiet.c_lflag &= ~tcflag_t(ECHO)
        _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet)
        defer {
            _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
            _ = unsafe write(STDERR_FILENO, "\n", 1)
        }
        _ = unsafe write(STDERR_FILENO, prompt, prompt.utf8.count)
        guard let line = readLine() else {
            throw CommandError(.noInput, "password", "no password was entered; nothing was changed")
        }
        return line
    }
}
