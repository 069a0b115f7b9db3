internal import FStore
internal import FStoreConnectors
internal import FStoreText

/// Walks the rows of a file without storing them.
protocol FileRows: AnyObject {
    /// The names of the columns, once the first row was asked for; empty where each row has its own.
    var header: [String] { get }

    /// Moves to the next row. `false` at the end.
    func pass() throws -> Bool

    /// The next row with what it has; `nil` at the end. A row that is none is passed over: a run rejects it with a
    /// reason.
    func next() throws -> [JSONMember]?
}

/// Rows of CSV.
final class CSVFileRows: FileRows {
    private let file: InputFile
    private var reader: CSVReader
    private(set) var header: [String] = []

    init(_ file: InputFile, delimiter: UInt8) {
        self.file = file
        reader = CSVReader(ByteWindow(), delimiter: delimiter)
    }

    func pass() throws -> Bool {
        if header.isEmpty {
            guard try reader.next(from: file) else { throw InputError.noHeader }
            header = CSVHeader(reader).names
        }
        return try reader.next(from: file)
    }

    func next() throws -> [JSONMember]? {
        while try pass() {
            guard reader.flaw == nil, reader.fieldCount == header.count else { continue }
            return header.indices.map { index in
                let text = NumberText.text(reader.field(index)) ?? ""
                return JSONMember(name: header[index], value: SourceSample.value(of: text))
            }
        }
        return nil
    }
}

/// Objects of JSON, one a line.
final class LineFileRows: FileRows {
    private let file: InputFile
    private var reader = LineReader(ByteWindow())
    var header: [String] { [] }

    init(_ file: InputFile) {
        self.file = file
    }

    func pass() throws -> Bool { try reader.next(from: file) }

    func next() throws -> [JSONMember]? {
        while try pass() {
            if case .object(let members) = try? JSONValue(reader.bytes) { return members }
        }
        return nil
    }
}
