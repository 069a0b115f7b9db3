/// Why a command failed, in a sentence to act on.
struct CommandError: Error {
    /// What the program ends with.
    let status: ExitStatus
    /// A word for machines, in lower case with underscores.
    let code: String
    /// A sentence without a full stop.
    let message: String

    init(_ status: ExitStatus, _ code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }
}
