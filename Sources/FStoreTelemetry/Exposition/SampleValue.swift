/// A number as a sample shows it.
package enum SampleValue: Sendable {
    case unsigned(UInt64)
    case signed(Int64)
    case real(Double)
    /// Shown in seconds, exactly.
    case nanoseconds(UInt64)

    /// The number as text.
    package var text: String {
        switch self {
        case .unsigned(let value): String(value)
        case .signed(let value): String(value)
        case .real(let value): Self.text(value)
        case .nanoseconds(let value): Self.seconds(value)
        }
    }

    /// The number as the bound of a bucket, in the form that OpenMetrics asks for: `1.0`, `0.0001`, `5e-06`.
    var boundText: String {
        switch self {
        case .unsigned(let value): "\(value).0"
        case .signed(let value): "\(value).0"
        case .real(let value): value.isFinite ? "\(value)" : text
        case .nanoseconds(let value): "\(Double(value) / 1e9)"
        }
    }

    private static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        // Whole numbers without a point, as people write counts and bytes. Beyond 2^53 not every one is there.
        return Int64(exactly: value).flatMap { $0.magnitude <= 1 << 53 ? String($0) : nil } ?? "\(value)"
    }

    private static func seconds(_ nanoseconds: UInt64) -> String {
        let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        if rest == 0 { return String(whole) }
        let digits = String(rest)
        var fraction = String(repeating: "0", count: 9 - digits.utf8.count) + digits
        while fraction.utf8.last == UInt8(ascii: "0") { fraction.removeLast() }
        return "\(whole).\(fraction)"
    }
}
