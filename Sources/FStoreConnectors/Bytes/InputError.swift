internal import FStore

/// Why an input cannot be read on.
package enum InputError: Error, Hashable, Sendable {
    /// There is no such file, or it may not be read.
    case cannotOpen(path: String, reason: String)
    /// The system refused to read.
    case cannotRead(path: String, reason: String)
    /// The bytes are not what the file is said to be.
    case cannotDecode(path: String, reason: String)
    /// What gives the bytes has failed. The text says how.
    case interrupted(InputInterruption)
    /// The file does not lie below the directory that sources may read.
    case outsideOfRoot(path: String)
    /// A pattern names more files than one source may have.
    case tooManyFiles(pattern: String, limit: Int)
    /// The system does not know a time zone.
    case noTimeZone(String, directory: String)
    /// The bytes are of another encoding than UTF-8.
    case notUTF8(String)
    /// There is nothing where a header must be.
    case noHeader
    /// The header does not have a column.
    case noColumn(String, header: [String], meant: String?)
    /// The header has a column twice.
    case repeatedColumn(String, first: Int, second: Int)
    /// A quote opens a field and is never closed.
    case openQuote(line: Int)
    /// A row or line has more bytes than are read.
    case longRow(line: Int, limit: Int)
    /// The input ends before the place where it was to go on.
    case endsEarly(offset: Int)
}

/// An error of whatever gives the bytes of an input that is no file.
package struct InputInterruption: Hashable, Sendable {
    package let error: any Error & Sendable

    package init(_ error: any Error) {
        self.error = error
    }

    package static func == (left: InputInterruption, right: InputInterruption) -> Bool {
        "\(left.error)" == "\(right.error)"
    }

    package func hash(into hasher: inout Hasher) { hasher.combine("\(error)") }
}

extension InputError: CustomStringConvertible {
    /// A sentence to act on, without a full stop.
    package var description: String {
        switch self {
        case .cannotOpen(let path, let reason), .cannotRead(let path, let reason): "\(path) cannot be read: \(reason)"
        case .cannotDecode(let path, let reason): "\(path) cannot be read: \(reason)"
        case .interrupted(let interruption): "\(interruption.error)"
        case .outsideOfRoot(let path):
            "\(path.excerpt) does not lie in the directory that sources may read (the setting ingest_root)"
        case .tooManyFiles(let pattern, let limit):
            "the pattern \(pattern.excerpt) names more than \(limit) files; name fewer in one source"
        case .noTimeZone(let name, let directory):
            "there is no time zone \"\(name.excerpt)\" in \(directory); name one as Europe/Zurich, or install tzdata"
        case .notUTF8(let name): "the input is \(name); save it as UTF-8"
        case .noHeader: "the input is empty; a header with the names of the columns is expected"
        case .noColumn(let name, let header, let meant):
            "the input has no column \"\(name.excerpt)\"; "
                + (meant.map { "did you mean \"\($0.excerpt)\"?" }
                    ?? "it has \(header.joined(separator: ", ").excerpt)")
        case .repeatedColumn(let name, let first, let second):
            "the header has the column \"\(name.excerpt)\" twice, as number \(first) and as number \(second); "
                + "rename one"
        case .openQuote(let line): "line \(line): a quote opens a field in this row and is never closed"
        case .longRow(let line, let limit): "line \(line) has more than \(limit) bytes"
        case .endsEarly(let offset): "the input ends before byte \(offset), where the load was to go on"
        }
    }
}
