internal import FStore
internal import FStoreConnectors
internal import FStoreText
internal import Glibc

/// The file of an export in the making. It gets its name when it is whole and on the disk.
final class ExportFile {
    private static let blockBytes = 1 << 18
    /// How much is written before the room on the disk is looked at again.
    private static let checkedBytes = 1 << 24

    private let request: ExportRequest
    private let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private(set) var bytes = 0
    private(set) var records = 0
    private let mostBytes: Int
    private var isWhole = false

    /// - Parameters:
    ///   - path: of the whole file, in a directory that is there.
    ///   - mostBytes: how large the file may be.
    init(_ request: ExportRequest, path: String, mostBytes: Int) throws(SourceProblem) {
        self.request = request
        self.mostBytes = mostBytes
        self.path = path
        descriptor = unsafe open(path + ".part", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw SourceProblem("the export cannot be written: \(SystemCall.reason())") }
        switch request.format {
        case .csv: CSVText.append(row: request.columns.map(\.rawValue), to: &buffer)
        case .json: buffer.append(UInt8(ascii: "["))
        case .ndjson: break
        }
    }

    deinit {
        close(descriptor)
        // What did not become whole is nothing.
        if !isWhole { _ = unsafe unlink(path + ".part") }
    }

    func add(_ record: Record) throws(SourceProblem) {
        switch request.format {
        case .csv: addRow(record)
        case .json:
            if records > 0 { buffer.append(UInt8(ascii: ",")) }
            buffer.append(UInt8(ascii: "\n"))
            buffer += object(record).bytes
        case .ndjson:
            buffer += object(record).bytes
            buffer.append(UInt8(ascii: "\n"))
        }
        records += 1
        if buffer.count > Self.blockBytes { try flush() }
    }

    /// Writes what is left, and gives the file its name.
    func finish() throws(SourceProblem) {
        if request.format == .json { buffer += "\n]\n".utf8 }
        try flush()
        guard fsync(descriptor) == 0, unsafe rename(path + ".part", path) == 0 else {
            throw SourceProblem("the export cannot be written: \(SystemCall.reason())")
        }
        // The name must survive a power cut as the catalog's word does.
        let directory = unsafe open(
            String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]),
            O_RDONLY | O_DIRECTORY
        )
        if directory >= 0 {
            fsync(directory)
            close(directory)
        }
        isWhole = true
    }

    private func flush() throws(SourceProblem) {
        if bytes + buffer.count > mostBytes {
            throw SourceProblem(
                "it would have more than \(mostBytes) bytes, which is what this organization's exports have left; "
                    + "ask for less, or wait until older ones are gone"
            )
        }
        if bytes / Self.checkedBytes != (bytes + buffer.count) / Self.checkedBytes || bytes == 0 { try checkRoom() }
        var start = 0
        while start < buffer.count {
            let count = unsafe buffer.withUnsafeBytes { bytes in
                unsafe write(descriptor, bytes.baseAddress.map { unsafe $0 + start }, bytes.count - start)
            }
            if count > 0 {
                start += count
            } else if errno != EINTR {
                let isFull = errno == ENOSPC
                let reason = SystemCall.reason()
                throw SourceProblem(isFull ? "the disk has no room for the export" : "it cannot be written: \(reason)")
            }
        }
        bytes += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }

    /// The values are written to the same disk, and come first.
    private func checkRoom() throws(SourceProblem) {
        if let shortage = DiskRoom.shortage(descriptor, for: Self.checkedBytes) {
            throw SourceProblem("the disk has no room for the export: \(shortage.keptBytes) bytes are kept for values")
        }
    }

    // MARK: Rows

    private func object(_ record: Record) -> JSONObjectText {
        var object = JSONObjectText()
        for column in request.columns {
            switch column {
            case .id: object.add("id", record.entity.text)
            case .source: object.add("source", record.source)
            case .column: object.add("column", record.column)
            case .timestamp: object.add("timestamp", record.time)
            case .value: object.add("value", record.value)
            case .metadata: object.add("metadata", .json(record.metadata ?? "{}") as FeatureValue)
            }
        }
        return object
    }

    private func addRow(_ record: Record) {
        for (index, column) in request.columns.enumerated() {
            if index > 0 { buffer.append(UInt8(ascii: ",")) }
            switch column {
            case .id: addText(record.entity.text)
            case .source: addText(record.source)
            case .column: addText(record.column)
            case .timestamp: buffer += record.time.description.utf8
            case .value: addValue(record.value)
            case .metadata: CSVText.append((record.metadata ?? "{}").utf8, to: &buffer)
            }
        }
        buffer.append(UInt8(ascii: "\n"))
    }

    private func addValue(_ value: FeatureValue) {
        switch value {
        case .null: break
        case .string(let text):
            // Quotes tell an empty text from no value.
            if text.isEmpty { buffer += "\"\"".utf8 } else { addText(text) }
        case .timestamp(let time): buffer += time.description.utf8
        default:
            var text: [UInt8] = []
            JSONText.append(value, to: &text)
            CSVText.append(text, to: &buffer)
        }
    }

    /// A text. One that a spreadsheet would take for a formula gets an apostrophe, which makes it a text there.
    private func addText(_ text: String) {
        let first = text.utf8.first ?? 0
        let isFormula = "=+-@".utf8.contains(first) || [0x09, 0x0D, 0].contains(first) && !text.isEmpty
        CSVText.append(isFormula && !request.isRaw ? Array("'".utf8) + Array(text.utf8) : Array(text.utf8), to: &buffer)
    }
}
