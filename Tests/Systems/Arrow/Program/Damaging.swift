internal import FStoreArrow

/// Changes bytes of the stream at random and uses what is read. Writes how many of the streams were refused.
///
/// Half of the changes are small: they leave counts and offsets nearly right, so that they pass the first checks.
func damage(times: Int, seed: Int) {
    let stream = readAll()
    var state = UInt64(bitPattern: Int64(seed))
    func random(below limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % max(1, limit)
    }
    var refused = 0
    for _ in 0..<times {
        var damaged = stream
        for _ in 0...random(below: 4) {
            let place = random(below: damaged.count)
            switch random(below: 4) {
            case 0: damaged[place] = UInt8(random(below: 256))
            case 1: damaged[place] = 0xFF
            case 2: damaged[place] ^= 1 << UInt8(random(below: 8))
            default: damaged[place] &+= [1, 8, 0xFF, 0xF8][random(below: 4)]
            }
        }
        do throws(ArrowError) { try use(damaged) } catch { refused += 1 }
    }
    print("\(refused) of \(times) refused")
}

/// Looks at every value of the first rows, and copies all of them in two slices.
private func use(_ stream: [UInt8]) throws(ArrowError) {
    var reader = ArrowStreamReader()
    reader.push(stream)
    var written: [UInt8] = []
    var writer: ArrowStreamWriter?
    while let event = try reader.next() {
        switch event {
        case .schema(let schema): writer = try? ArrowStreamWriter(schema: schema, to: &written)
        case .batch(let batch):
            for column in batch.columns {
                for row in 0..<min(1000, batch.rowCount) { _ = try describe(column, row) }
            }
            let middle = batch.rowCount / 3
            try writer?.write(batch[0..<middle], to: &written)
            try writer?.write(batch[middle..<batch.rowCount], to: &written)
        case .end: break
        }
    }
    if writer != nil {
        // What was copied can be read: every column was sound.
        var second = ArrowStreamReader(checksText: false)
        second.push(written)
        while try second.next() != nil {}
    }
}
