import FStore
import Testing

/// What one tenant has, beside others.
@Suite("Spaces")
struct SpaceTests {
    private let fixture: StoreFixture
    private var store: FeatureStore { fixture.store }

    init() throws {
        fixture = try StoreFixture()
    }

    private func define(_ name: String, space: UInt32) throws -> FeatureHandle {
        var definition = FeatureDefinition(name: name, type: .int64)
        definition.space = space
        return try store.define(definition).handle
    }

    private func write(_ feature: FeatureHandle, cells: Int) throws -> Int {
        var batch = WriteBatch()
        for number in 0..<cells {
            try batch.put(.int64(Int64(number)), of: feature, for: entity("e"), at: moment(Int64(number)))
        }
        let bytes = batch.byteCount
        try store.write(batch)
        return bytes
    }

    private func bytes(_ space: UInt32, cells: Int) throws -> (bytes: Int, steps: Int) {
        var walk = try store.spaceWalk(space)
        var steps = 0
        while !walk.isDone {
            try store.step(&walk, cells: cells)
            steps += 1
        }
        return (walk.bytes, steps)
    }

    @Test func `a walk adds up what a space has stored, in steps of any length`() throws {
        let (a, b) = (try define("a", space: 3), try define("b", space: 3))
        let other = try define("a", space: 4)
        _ = try define("empty", space: 3)
        var written = try write(a, cells: 100)
        written += try write(b, cells: 57)
        _ = try write(other, cells: 10)
        let whole = try bytes(3, cells: 1_000_000)
        #expect(whole.bytes == written && whole.steps == 1)
        for cells in [1, 7, 57, 100, 157] {
            let found = try bytes(3, cells: cells)
            #expect(found.bytes == whole.bytes, "\(cells)")
            #expect((157 / cells...157 / cells + 4).contains(found.steps), "\(cells): \(found.steps)")
        }
        #expect(try bytes(5, cells: 1) == (0, 0))
        // What is deleted counts no more, though its space may still be taken back.
        try store.delete(a)
        #expect(try bytes(3, cells: 10).bytes == whole.bytes - 100 * (whole.bytes / 157))
    }

    @Test func `features of a space are counted until their space is taken back`() throws {
        let feature = try define("a", space: 3)
        _ = try define("b", space: 4)
        _ = try write(feature, cells: 10)
        let before = try store.spaceFeatures(3)
        #expect(before.live == 1 && before.toReclaim == 0)
        try store.delete(feature)
        #expect(try store.spaceFeatures(3).live == 0)
        try store.reclaim()
        #expect(try store.spaceFeatures(3).isEmpty)
        #expect(try !store.spaceFeatures(4).isEmpty)
    }
}
