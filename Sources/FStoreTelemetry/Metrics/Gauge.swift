internal import Synchronization

/// A whole number that goes up and down. Recording is one relaxed atomic operation: no lock, no allocation.
///
/// Values with fractions, and values that something else knows already, are ``CallbackMetric``s.
package final class Gauge: MetricSeries {
    private let level = Atomic<Int64>(0)

    package init() {}

    /// Sets the level.
    package func set(_ newValue: Int64) {
        level.store(newValue, ordering: .relaxed)
    }

    /// Raises the level by `amount`, or lowers it by a negative one.
    package func add(_ amount: Int64) {
        level.wrappingAdd(amount, ordering: .relaxed)
    }

    /// The level now.
    package var value: Int64 { level.load(ordering: .relaxed) }

    /// A level says something from the beginning.
    package var isUsed: Bool { true }

    package func write(to writer: inout ExpositionWriter, name: String, labels: LabelText) {
        writer.sample(name, labels: labels, value: .signed(value))
    }
}
