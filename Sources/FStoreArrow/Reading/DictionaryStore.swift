/// The dictionaries of a stream, as far as they have come.
struct DictionaryStore {
    var limits = ArrowLimits()
    /// By their numbers in the stream.
    private(set) var read: [Int64: ArrowDictionary] = [:]
    /// What each holds. Those of columns that are not supported are missing, and passed over.
    private var fields: [Int64: ArrowField] = [:]
    private var byteCounts: [Int64: Int] = [:]
    private var byteCount = 0

    /// Remembers which dictionaries a schema needs.
    mutating func expect(_ schema: ArrowSchema) throws(ArrowError) {
        for field in schema.fields where field.type.kind != .unsupported {
            guard let id = field.dictionary?.id else { continue }
            if let other = fields[id], other.type != field.type {
                throw ArrowError.malformed("it shares a dictionary with a column of another type").of(field.name)
            }
            fields[id] = field.dictionaryValues
        }
    }

    mutating func read(
        _ table: FlatTableReader.Table,
        in tables: inout FlatTableReader,
        body: [UInt8],
        checksText: Bool
    ) throws(ArrowError) {
        let id = try tables.integer(table, 0, default: Int64(0))
        let isDelta = try tables.bool(table, 2)
        guard let field = fields[id] else { return }
        guard let data = try tables.table(table, 1) else { throw .malformed("its dictionary is missing") }
        let header = try BatchHeader(data, in: &tables, bodyBytes: body.count, limits: limits)
        var reader = BatchReader(header, body: body, checksText: checksText)
        let values = try reader.columns(of: [field], dictionaries: [:])[0]

        // A delta copies the list of the parts, and the limit on their number bounds that.
        let earlier = isDelta ? read[id]?.parts ?? [] : []
        let dictionary = ArrowDictionary(parts: earlier + [ArrowDictionary.Part(values)])
        guard dictionary.parts.count <= limits.dictionaryParts else {
            throw ArrowError(.tooLarge, "a dictionary comes in more than \(limits.dictionaryParts) parts")
                .of(field.name)
        }
        let replaced = isDelta ? 0 : byteCounts[id] ?? 0
        byteCount += body.count - replaced
        byteCounts[id, default: 0] += body.count - replaced
        guard byteCount <= limits.dictionaryBytes else {
            throw ArrowError(.tooLarge, "its dictionaries have more than \(limits.dictionaryBytes) bytes")
                .of(field.name)
        }
        read[id] = dictionary
    }
}
