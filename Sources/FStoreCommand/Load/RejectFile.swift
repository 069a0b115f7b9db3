internal import Glibc

/// The rows that a load could not take: `line,reason,row` as CSV.
final class RejectFile {
    private let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    /// How long the file is once all is written.
    private(set) var byteCount = 0

    /// Opens the file and cuts it to `keptBytes`, which an interrupted load had committed.
    init(_ path: String, keptBytes: Int) throws {
        self.path = path
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw CommandError(.cannotCreate, "reject_file", "\(path) cannot be written: \(SystemCall.reason())")
        }
        guard ftruncate(descriptor, keptBytes) == 0, lseek(descriptor, 0, SEEK_END) == keptBytes else {
            throw CommandError(.inputOutput, "reject_file", "\(path) cannot be written: \(SystemCall.reason())")
        }
        byteCount = keptBytes
        if keptBytes == 0 { append(Array("line,reason,row\n".utf8)) }
    }

    deinit {
        close(descriptor)
    }

    /// Adds one row.
    func add(line: Int, reason: String, row: [UInt8]) {
        var bytes = Array("\(line),".utf8)
        CSVText.append(reason.utf8, to: &bytes)
        bytes.append(UInt8(ascii: ","))
        CSVText.append(row, to: &bytes)
        bytes.append(0x0A)
        append(bytes)
    }

    private func append(_ bytes: [UInt8]) {
        buffer.append(contentsOf: bytes)
        byteCount += bytes.count
    }

    /// Writes what waits.
    func flush() throws {
        var start = 0
        while start < buffer.count {
            let count = unsafe buffer.withUnsafeBytes { bytes in
                unsafe write(descriptor, bytes.baseAddress.map { unsafe $0 + start }, bytes.count - start)
            }
            if count > 0 {
                start += count
            } else if errno != EINTR {
                throw CommandError(.inputOutput, "reject_file", "\(path) cannot be written: \(SystemCall.reason())")
            }
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
