import FStoreLMDB
import FStoreTestSupport
import Testing

@testable import FStore

@Suite("The order of keys")
struct KeyOrderTests {
    private struct Parts {
        var number: UInt32
        var entity: [UInt8]
        var eventTime: Int64
        var commitTime: Int64
    }

    private static func parts(_ random: inout SeededGenerator) -> Parts {
        let length = [1, 1, 2, 3, 254, 255].randomElement(using: &random) ?? 1
        func time() -> Int64 {
            [.min, .max, 0, 1, -1, Int64.random(in: -3...3, using: &random), Int64(bitPattern: random.next())]
                .randomElement(using: &random) ?? 0
        }
        return Parts(
            number: [0, 1, 255, 256, .max].randomElement(using: &random) ?? 0,
            entity: (0..<length).map { _ in [0, 1, 97, 98, 255].randomElement(using: &random) ?? 0 },
            eventTime: time(),
            commitTime: time()
        )
    }

    private static func key(_ parts: Parts) -> [UInt8] {
        let scratch = Scratch(capacity: 512)
        var key = ByteComposer(in: scratch)
        key.appendSeries(parts.number, parts.entity.span.raw)
        key.appendTimes(eventTime: parts.eventTime, commitTime: parts.commitTime)
        return key.bytes.copied
    }

    /// Feature up, shorter entities first, then byte by byte, event time down, commit time down.
    private static func precedes(_ left: Parts, _ right: Parts) -> Bool {
        if left.number != right.number { return left.number < right.number }
        if left.entity.count != right.entity.count { return left.entity.count < right.entity.count }
        if left.entity != right.entity { return left.entity.lexicographicallyPrecedes(right.entity) }
        if left.eventTime != right.eventTime { return left.eventTime > right.eventTime }
        return left.commitTime > right.commitTime
    }

    @Test func `bytes of history keys compare as their parts do, and give them back`() throws {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<50_000 {
            let (left, right) = (Self.parts(&random), Self.parts(&random))
            let (leftKey, rightKey) = (Self.key(left), Self.key(right))
            #expect((compare(leftKey.span.raw, rightKey.span.raw) < 0) == Self.precedes(left, right))
            let isSame = !Self.precedes(left, right) && !Self.precedes(right, left)
            #expect((leftKey == rightKey) == isSame)
            let bytes = leftKey.span.raw
            guard let read = HistoryKey(bytes) else {
                Issue.record("a composed key was not read")
                return
            }
            #expect(read.number == left.number && read.entity.copied == left.entity)
            #expect(read.eventTime == left.eventTime && read.commitTime == left.commitTime)
        }
    }

    @Test func `rows of one entity lie side by side, in the order of features`() {
        var keys: [(space: UInt32, entity: String, number: UInt32)] = []
        for space: UInt32 in [0, 1, 256] {
            for entity in ["a", "b", "ab", "a\u{0}", "zz"] {
                for number: UInt32 in [1, 2, 300] { keys.append((space, entity, number)) }
            }
        }
        func bytes(_ key: (space: UInt32, entity: String, number: UInt32)) -> [UInt8] {
            let scratch = Scratch(capacity: 512)
            var composer = ByteComposer(in: scratch)
            composer.appendLatestKey(space: key.space, key.entity.utf8Span.span.raw, key.number)
            return composer.bytes.copied
        }
        let sorted = keys.shuffled().sorted { bytes($0).lexicographicallyPrecedes(bytes($1)) }
        let expected = keys.sorted { left, right in
            let leftEntity = (left.entity.utf8.count, Array(left.entity.utf8))
            let rightEntity = (right.entity.utf8.count, Array(right.entity.utf8))
            if left.space != right.space { return left.space < right.space }
            if leftEntity.0 != rightEntity.0 { return leftEntity.0 < rightEntity.0 }
            if leftEntity.1 != rightEntity.1 { return leftEntity.1.lexicographicallyPrecedes(rightEntity.1) }
            return left.number < right.number
        }
        #expect(sorted.elementsEqual(expected) { $0 == $1 })
    }

    @Test func `malformed keys are no keys`() {
        for bytes: [UInt8] in [[], [0, 0, 0, 1], [UInt8](repeating: 0, count: 21), [UInt8](repeating: 1, count: 21)]
        where HistoryKey(bytes.span.raw) != nil {
            Issue.record("\(bytes) was read as a key")
        }
        for bytes: [UInt8] in [[], [0, 0, 0, 1, 0, 0, 0, 0, 1], [UInt8](repeating: 2, count: 12)]
        where LatestKey(bytes.span.raw) != nil {
            Issue.record("\(bytes) was read as a key")
        }
    }
}
