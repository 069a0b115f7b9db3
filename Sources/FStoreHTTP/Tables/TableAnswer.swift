internal import FStoreConnectors
internal import HTTPTypes
internal import NIOCore

/// A table as the answer of a request. It waits in memory, and in a file when it is large, until it is whole: an error
/// in its last row is still an error, and not half an answer.
final class TableAnswer {
    private let format: TableFormat
    private let directory: String
    private var writer: TableWriter
    private var bytes: [UInt8] = []
    private var file: TemporaryFile?

    /// What is kept in memory.
    private static let mostBytes = 1 << 20
    /// What an answer of JSON arrays may have, which is made in memory; the other formats have more.
    private static let mostHeldBytes = 64 << 20
    /// How large the file may be: 32 GiB.
    private static let mostFileBytes = 32 << 30

    /// - Parameter directory: where the file is.
    init(_ format: TableFormat, directory: String) {
        self.format = format
        self.directory = directory
        writer = TableWriter(format)
    }

    func write(_ block: TableBlock, adding columns: [AddedColumn]) throws {
        try writer.write(block, adding: columns, to: &bytes) { bytes, held in
            if held > Self.mostHeldBytes { throw APIError.answerTooLarge(Self.mostHeldBytes) }
            if bytes.count > Self.mostBytes { try spill(&bytes) }
        }
    }

    /// Bytes that are in memory.
    var heldBytes: Int { bytes.count + writer.heldBytes }

    func finish() throws {
        writer.finish(to: &bytes)
        if file != nil { try spill(&bytes) }
    }

    private func spill(_ bytes: inout [UInt8]) throws {
        do throws(TemporaryFile.Failure) {
            if file == nil { file = try TemporaryFile(in: directory) }
            try file?.append(bytes)
            bytes.removeAll(keepingCapacity: true)
        } catch {
            switch error {
            case .noRoom: throw APIError.noRoom("the disk has no room for this answer; ask for fewer rows or features")
            case .system: throw APIError.internalError()
            }
        }
        if file?.byteCount ?? 0 > Self.mostFileBytes { throw APIError.answerTooLarge(Self.mostFileBytes) }
    }

    func reply(status: Int = 200, headers: HTTPFields) throws -> Reply {
        Reply(
            status: status,
            headers: headers,
            mediaType: format == .csv ? "text/csv; charset=utf-8" : format.mediaType,
            body: file.map { .spool($0) } ?? .bytes(ByteBuffer(bytes: bytes))
        )
    }
}
