internal import Synchronization

/// A number that only grows. Recording is one relaxed atomic addition: no lock, no allocation.
package final class Counter: MetricSeries {
    private let count = Atomic<UInt64>(0)

    package init() {}

    /// Adds `amount`.
    package func add(_ amount: UInt64 = 1) {
        count.wrappingAdd(amount, ordering: .relaxed)
    }

    /// What was counted so far.
    package var value: UInt64 { count.load(ordering: .relaxed) }

    package var isUsed: Bool { value > 0 }

    package func write(to writer: inout ExpositionWriter, name: String, labels: LabelText) {
        writer.sample(name, labels: labels, value: .unsigned(value))
    }
}
