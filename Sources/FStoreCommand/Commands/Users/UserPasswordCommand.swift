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
    @OptionGroup var place: OrganizationArguments

    @Argument(help: "The username.")
    var name: String

    func run() throws {
        let password = try Self.read()
        if let objection = PasswordRule().objection(to: password) {
            throw CommandError(.badData, "password", objection.description)
        }
        let hash: PasswordHash
        do throws(PasswordHashError) { hash = try PasswordHash.make(password) } catch {
            throw CommandError(.badData, "password", error.description)
        }
        let user = try store.changeCatalog { [place, name] catalog in
            let organization = try await place.find(in: catalog)
            let user = try await UserArgument.find(name, in: organization, of: catalog)
            try await catalog.setPassword(
                hash.text,
                ofUser: user.id,
                organization: organization.id,
                keeping: nil,
                by: .typing
            )
            return user
        }
        let output = Output()
        output.line("\(user.username) can sign in, as \(user.username) or \(user.email)")
        try output.flush()
    }

    /// From a terminal twice and unseen, else one line.
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

/// A user that a command names.
enum UserArgument {
    static func find(_ name: String, in organization: Organization, of catalog: Catalog) async throws -> User {
        let users = try await catalog.users(organization: organization.id)
        if let user = users.first(where: { $0.username == name }) { return user }
        throw CommandError(
            .no,
            "unknown_user",
            "there is no user \"\(name)\" in the organization \"\(organization.name)\"; "
                + KnownNames.sentence("user", users.map(\.username))
        )
    }
}
