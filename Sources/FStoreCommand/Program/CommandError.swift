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

/// How the program ends. The numbers from 64 on are those of BSD's `sysexits.h`.
enum ExitStatus: Int32 {
    /// Done.
    case done = 0
    /// The answer is no: an unknown feature, a missing value, damage found.
    case no = 1
    /// The command line is wrong.
    case usage = 64
    /// The data are wrong: rows were rejected, or a value does not fit.
    case badData = 65
    /// There is no store or no input file.
    case noInput = 66
    /// Something cannot be created: it is there already, or the directory is not empty.
    case cannotCreate = 73
    /// The system refused to read or write.
    case inputOutput = 74
    /// Busy: try again later.
    case tryAgain = 75
    /// A setting of the server is wrong.
    case settings = 78

    /// The table for `--help`.
    static let help = """
        EXIT STATUS
           0  done
           1  the answer is no: there is no such feature or value, or damage was found
          64  the command line is wrong
          65  the data are wrong: rows were rejected, or a value does not fit
          66  there is no store, or no input file
          73  cannot create: the name is taken, or the directory cannot be used
          74  the system refused to read or write, the map or disk is full, or the
              store is damaged
          75  busy: try again later
          78  a setting of the server is wrong
        """
}

/// Ends the program with a status and without a word: the output has said it all.
struct SilentExit: Error {
    let status: ExitStatus
}
