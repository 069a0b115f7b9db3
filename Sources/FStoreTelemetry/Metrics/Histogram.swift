internal import Synchronization

/// Counts of observations by size. Recording is two relaxed atomic additions: no lock, no allocation, no loop.
package final class Histogram: MetricSeries {
    /// One cell a bucket. There is no count of its own, so that count and buckets never disagree in an answer.
    private let cells = InlineArray<32, Atomic<UInt64>> { _ in Atomic(0) }
    private let total = Atomic<UInt64>(0)
    package let scale: HistogramScale

    package init(_ scale: HistogramScale = .durations) {
        self.scale = scale
    }

    /// Records a duration.
    package func observe(nanoseconds: UInt64) {
        observe(nanoseconds)
    }

    /// Records a value in the unit of the scale.
    package func observe(_ value: UInt64) {
        cells[scale.bucket(of: value)].wrappingAdd(1, ordering: .relaxed)
        total.wrappingAdd(value, ordering: .relaxed)
    }

    /// How many observations each bucket holds, not added up; the last one is beyond all bounds.
    package var buckets: [UInt64] {
        (0...scale.bounds.count).map { cells[$0].load(ordering: .relaxed) }
    }

    /// The sum of all values, in the unit of the scale. It wraps after 584 years of observed time.
    package var sum: UInt64 { total.load(ordering: .relaxed) }

    package var isUsed: Bool { buckets.contains { $0 > 0 } }

    package func write(to writer: inout ExpositionWriter, name: String, labels: LabelText) {
        var count: UInt64 = 0
        for (index, observations) in buckets.enumerated() {
            count &+= observations
            let bound = index < scale.bounds.count ? value(scale.bounds[index]) : nil
            writer.bucket(name, labels: labels, upperBound: bound, count: count)
        }
        writer.sample(name, suffix: "_sum", labels: labels, value: value(sum))
        writer.sample(name, suffix: "_count", labels: labels, value: .unsigned(count))
    }

    private func value(_ integer: UInt64) -> SampleValue {
        switch scale.unit {
        case .nanoseconds: .nanoseconds(integer)
        case .whole: .unsigned(integer)
        }
    }
}
