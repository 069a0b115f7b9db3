internal import FStoreArrow

/// Writes how many nanoseconds a value costs.
func measure() throws(ArrowError) {
    let bytes = readAll()
    let clock = ContinuousClock()
    var batches: [ArrowBatch] = []
    var schema: ArrowSchema?
    var failure: ArrowError?

    func run(_ name: String, _ values: Int, _ body: () throws(ArrowError) -> Void) throws(ArrowError) {
        var best = Duration.seconds(1000)
        for _ in 0..<5 {
            let time = clock.measure { do throws(ArrowError) { try body() } catch { failure = error } }
            best = min(best, time)
        }
        if let failure { throw failure }
        let nanoseconds = Double(best.components.attoseconds) / 1e9 + Double(best.components.seconds) * 1e9
        print("\(name): \((nanoseconds / Double(max(1, values)) * 100).rounded() / 100) ns a value")
    }

    func read(checksText: Bool) throws(ArrowError) {
        batches = []
        var reader = ArrowStreamReader(checksText: checksText)
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + 65_536)
            reader.push(bytes[start..<end])
            start = end
            while let event = try reader.next() {
                switch event {
                case .schema(let found): schema = found
                case .batch(let batch): batches.append(batch)
                case .end: break
                }
            }
        }
    }
    try read(checksText: true)
    let values = batches.reduce(0) { $0 + $1.rowCount * $1.columns.count }
    try run("read and check texts", values) { () throws(ArrowError) in try read(checksText: true) }
    try run("read", values) { () throws(ArrowError) in try read(checksText: false) }
    for (index, field) in (schema?.fields ?? []).enumerated() {
        var sum: Int64 = 0
        try run("\(field.name) \(field.type)", values / (schema?.fields.count ?? 1)) { () throws(ArrowError) in
            for batch in batches { sum &+= try look(batch.columns[index]) }
        }
        if sum == 42 { print("") }
    }
    try run("write", values) { () throws(ArrowError) in
        guard let schema else { return }
        var written: [UInt8] = []
        var writer = try ArrowStreamWriter(schema: schema, to: &written)
        for batch in batches {
            try writer.write(batch, to: &written)
            written.removeAll(keepingCapacity: true)
        }
    }
}

private func look(_ column: ArrowColumn) throws(ArrowError) -> Int64 {
    var sum: Int64 = 0
    switch column.type.kind {
    case .integer:
        for row in 0..<column.rowCount { sum &+= try column.integer(at: row) ?? 0 }
    case .time:
        for row in 0..<column.rowCount { sum &+= try column.timestampNanoseconds(at: row) ?? 0 }
    case .float:
        for row in 0..<column.rowCount { sum &+= Int64(bitPattern: column.double(at: row)?.bitPattern ?? 0) }
    case .text, .bytes:
        for row in 0..<column.rowCount {
            sum &+= column.withBytes(at: row) { $0.isEmpty ? 0 : Int64($0[0]) } ?? 0
        }
    case .bool:
        for row in 0..<column.rowCount where column.bool(at: row) == true { sum &+= 1 }
    case .floats:
        var floats: [Float] = []
        for row in 0..<column.rowCount {
            floats.removeAll(keepingCapacity: true)
            sum &+= Int64(column.appendFloats(at: row, to: &floats) ?? 0)
        }
    case .null, .unsupported: break
    }
    return sum
}
