import FStoreTelemetry
import FStoreTestSupport
import Testing

@Suite("Histogram")
struct HistogramTests {
    @Test(arguments: [HistogramScale.durations, .counts])
    func `every bucket is the one that a search through all bounds finds`(scale: HistogramScale) {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let histogram = Histogram(scale)
        var counts = [UInt64](repeating: 0, count: scale.bounds.count + 1)
        var sum: UInt64 = 0
        // Around each bound and each power of two, where an error would be; then anything.
        var values: [UInt64] = [0, 1, .max / 4]
        for bound in scale.bounds { values += [bound - 1, bound, bound + 1] }
        for power in 1...40 { values += [(1 << UInt64(power)) - 1, 1 << UInt64(power), (1 << UInt64(power)) + 1] }
        for _ in 0..<100_000 { values.append(random.next() >> UInt64.random(in: 20..<64, using: &random)) }
        for value in values {
            histogram.observe(value)
            counts[scale.bounds.firstIndex { value <= $0 } ?? scale.bounds.count] += 1
            sum &+= value
        }
        #expect(histogram.buckets == counts, "seed \(seed)")
        #expect(histogram.sum == sum, "seed \(seed)")
    }

    @Test func `durations reach from 5 microseconds to 2.5 seconds`() {
        #expect(HistogramScale.durations.bounds.first == 5000)
        #expect(HistogramScale.durations.bounds.last == 2_500_000_000)
        #expect(HistogramScale.durations.bounds.count == 18)
    }

    @Test func `nothing is lost when many record at once`() async {
        let histogram = Histogram()
        let counter = Counter()
        let gauge = Gauge()
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    for step in 0..<10_000 {
                        histogram.observe(nanoseconds: UInt64(step * 1000))
                        counter.add(2)
                        gauge.add(worker % 2 == 0 ? 1 : -1)
                    }
                }
            }
        }
        #expect(histogram.buckets.reduce(0, +) == 80_000)
        #expect(histogram.sum == 8 * 1000 * (9999 * 10_000 / 2))
        #expect(counter.value == 160_000)
        #expect(gauge.value == 0)
    }

    @Test func `nothing is lost when many count at once`() async {
        let counter = Counter()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask { for _ in 0..<500_000 { counter.add() } }
            }
        }
        #expect(counter.value == 2_000_000)
    }

    @Test func `a scale whose bounds stand too close is refused`() async {
        await #expect(processExitsWith: .failure) { _ = HistogramScale(.whole, bounds: [10, 19]) }
        await #expect(processExitsWith: .success) { _ = HistogramScale(.whole, bounds: [10, 20]) }
    }
}
