/// The upper bounds of a histogram's buckets, and what the observed integers mean.
package struct HistogramScale: Sendable {
    /// The most bounds that a scale can have.
    package static let maxBounds = 31

    /// What the integers stand for, and so how they are printed.
    package enum Unit: Sendable {
        /// Observed in nanoseconds, printed in seconds.
        case nanoseconds
        /// Printed as they are: rows, entities, bytes.
        case whole
    }

    /// Durations from 5 µs to 2.5 s, three bounds a decade. An answer from the store takes microseconds.
    package static let durations = HistogramScale(
        .nanoseconds,
        bounds: [
            5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
            1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000, 250_000_000, 500_000_000,
            1_000_000_000, 2_500_000_000,
        ]
    )

    /// Sizes of batches from 1 to 100 000, three bounds a decade.
    package static let counts = HistogramScale(
        .whole,
        bounds: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000]
    )

    package let unit: Unit
    /// Ascending; a value that equals a bound belongs below it.
    package let bounds: [UInt64]

    /// The bounds, closed by one that nothing exceeds.
    private let limits: [UInt64]
    /// For each power of two, the index of the first bound that is not below it.
    private let firstLimits: [UInt8]

    /// - Parameter bounds: Each at least twice the one before, at most ``maxBounds``.
    package init(_ unit: Unit, bounds: [UInt64]) {
        precondition((1...Self.maxBounds).contains(bounds.count), "a histogram has 1 to \(Self.maxBounds) bounds")
        precondition(bounds[0] > 0, "the first bound is above zero")
        for (lower, upper) in zip(bounds, bounds.dropFirst()) {
            precondition(upper / 2 >= lower, "bounds stand at least a factor of two apart")
        }
        self.unit = unit
        self.bounds = bounds
        limits = bounds + [.max]
        firstLimits = (0..<64)
            .map { octave in
                UInt8(bounds.firstIndex { $0 >= 1 << UInt64(octave) } ?? bounds.count)
            }
    }

    /// The index of the bucket of `value`; the one past the last bound takes the rest.
    ///
    /// Bounds stand a factor of two apart, so at most one of them lies between two powers of two: once the power is
    /// known, one comparison decides.
    func bucket(of value: UInt64) -> Int {
        let first = Int(firstLimits[63 - (value | 1).leadingZeroBitCount])
        return value > limits[first] ? first + 1 : first
    }
}
