internal import FStoreText
internal import Glibc

/// A row that could not be taken.
package struct RejectedRow: Hashable, Sendable {
    /// Where it begins, counted from 1.
    package let line: Int
    /// The column or member that is wrong; `nil` when it is the row as a whole.
    package let field: String?
    package let reason: String
    /// How the row stands in the input, or how it begins; empty when that was not kept.
    package var row = ""

    /// The field and what is wrong with it.
    package var text: String { field.map { "\($0): \(reason)" } ?? reason }

    /// The rows as lines that follow a sentence.
    package static func list(_ rows: [RejectedRow]) -> String {
        rows.map { "\n  line \($0.line): \($0.text)" }.joined()
    }
}

/// What happens to rejected rows: the first are kept for the answer, and all go to a file when there is one.
struct RejectLog {
    private static let keptRowBytes = 4096

    private let kept: Int
    private let keepsRows: Bool
    private let file: RejectFile?
    private(set) var first: [RejectedRow] = []
    private var told = 0

    /// - Parameter keepsRows: whether the rows themselves are kept with the first reasons.
    init(kept: Int, keepsRows: Bool = false, file: RejectFile? = nil) {
        self.kept = kept
        self.keepsRows = keepsRows
        self.file = file
    }

    /// How long the file is once all is written.
    var fileBytes: Int { file?.byteCount ?? 0 }

    /// - Parameter bytes: the row as it stands in the input; only asked for when it is needed.
    mutating func add(_ row: RejectedRow, bytes: @autoclosure () -> [UInt8]) {
        if first.count < kept {
            var row = row
            if keepsRows { row.row = String(decoding: bytes().prefix(Self.keptRowBytes), as: UTF8.self) }
            first.append(row)
        }
        file?.add(row, bytes: bytes())
    }

    /// Those of the first rows that were not taken before.
    mutating func takeNew() -> [RejectedRow] {
        defer { told = first.count }
        return Array(first[told...])
    }

    func flush() throws(LoadError) {
        try file?.flush()
    }
}

/// The rows that a load could not take: `line,reason,row` as CSV.
final class RejectFile {
    private let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private(set) var byteCount = 0

    /// Opens the file and cuts it to `keptBytes`, which an interrupted load had committed.
    init(_ path: String, keptBytes: Int) throws(LoadError) {
        self.path = path
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .rejectFile(path: path, reason: SystemCall.reason()) }
        guard ftruncate(descriptor, keptBytes) == 0, lseek(descriptor, 0, SEEK_END) == keptBytes else {
            throw .rejectFile(path: path, reason: SystemCall.reason())
        }
        byteCount = keptBytes
        if keptBytes == 0 { append(Array("line,reason,row\n".utf8)) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    func add(_ row: RejectedRow, bytes: [UInt8]) {
        var line = Array("\(row.line),".utf8)
        CSVText.append(row.text.utf8, to: &line)
        line.append(UInt8(ascii: ","))
        CSVText.append(bytes, to: &line)
        line.append(0x0A)
        append(line)
    }

    private func append(_ bytes: [UInt8]) {
        buffer.append(contentsOf: bytes)
        byteCount += bytes.count
    }

    /// Writes what waits.
    func flush() throws(LoadError) {
        var start = 0
        while start < buffer.count {
            let count = unsafe buffer.withUnsafeBytes { bytes in
                unsafe write(descriptor, bytes.baseAddress.map { unsafe $0 + start }, bytes.count - start)
            }
            if count > 0 {
                start += count
            } else if errno != EINTR {
                throw .rejectFile(path: path, reason: SystemCall.reason())
            }
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
