import FStoreArrow
import FStoreTestSupport
import Testing

/// Whatever the bytes are: a stream is read or refused, and nothing traps.
@Suite("Damaged streams")
struct DamagedStreamTests {
    @Test(arguments: [SampleStreams.plain, SampleStreams.wide])
    func `that end anywhere are refused or have fewer batches`(stream: [UInt8]) throws {
        let whole = try ArrowStreams.read(stream).batches.count
        for count in 0..<stream.count {
            let part = Array(stream[..<count])
            guard let contents = try? ArrowStreams.read(part) else { continue }
            // The format allows that the mark of the end is missing. Everything before it must be whole.
            #expect(!contents.isEnded)
            #expect(contents.batches.count <= whole)
            #expect(try ArrowStreams.read(part + [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]).isEnded)
        }
        #expect(ArrowStreams.refusal(Array(stream[..<100]))?.kind == .malformed)
        #expect(ArrowStreams.refusal([])?.kind == .malformed)
    }

    @Test(arguments: [SampleStreams.plain, SampleStreams.wide])
    func `with any byte changed never trap`(stream: [UInt8]) {
        var damaged = stream
        var outcomes: [Bool: Int] = [:]
        for place in stream.indices {
            for value in [0xFF, stream[place] ^ 1 << UInt8(place % 8)] {
                damaged[place] = value
                outcomes[Self.use(damaged), default: 0] += 1
            }
            damaged[place] = stream[place]
        }
        #expect(outcomes[true, default: 0] > 0 && outcomes[false, default: 0] > 0)
    }

    @Test func `with several bytes changed never trap`() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<20_000 {
            var damaged = generator.chance(50) ? SampleStreams.plain : SampleStreams.wide
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let place = Int.random(in: damaged.indices, using: &generator)
                damaged[place] = generator.chance(50) ? UInt8.random(in: 0...255, using: &generator) : 0xFF
            }
            _ = Self.use(damaged)
        }
    }

    /// Looks at every value, slices every column and writes what can be written. Whether all of that went well.
    private static func use(_ stream: [UInt8]) -> Bool {
        do throws(ArrowError) {
            let contents = try ArrowStreams.read(stream)
            let kept = (contents.schema?.fields ?? []).enumerated().filter { $1.copyRefusal == nil }
            var written: [UInt8] = []
            let schema = contents.schema?.replacingFields(kept.map(\.element))
            var writer = try ArrowStreamWriter(schema: schema ?? ArrowSchema(fields: []), to: &written)
            for batch in contents.batches {
                // A damaged length of a batch without buffers may claim many rows.
                let rows = 0..<min(3, batch.rowCount)
                for column in batch.columns { _ = ArrowStreams.values(column[rows]) }
                let columns = kept.map { batch.columns[$0.offset] }
                let middle = batch.rowCount / 2
                let copy = ArrowBatch(rowCount: batch.rowCount, columns: columns)
                try writer.write(copy[0..<middle], to: &written)
                try writer.write(copy[middle..<batch.rowCount], to: &written)
            }
            return true
        } catch {
            return false
        }
    }
}
