/// Durations such as `500ms`, `15m`, `1h30m`: whole numbers, each with a unit.
package enum DurationText {
    private static let nanosecondsOfUnit: [(unit: String, nanoseconds: Int64)] = [
        ("ns", 1), ("us", 1000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
        ("h", 3_600_000_000_000), ("d", 86_400_000_000_000), ("w", 604_800_000_000_000),
    ]

    /// `nil` when `text` is not a duration, or one of more than 292 years.
    package static func duration(_ text: String) -> Duration? {
        var total: Int64 = 0
        var rest = Substring(text)
        if rest.isEmpty { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let number = Int64(digits), let size = nanosecondsOfUnit.first(where: { $0.unit == unit })
            else { return nil }
            let (product, overflow) = number.multipliedReportingOverflow(by: size.nanoseconds)
            let (sum, carried) = total.addingReportingOverflow(product)
            if overflow || carried { return nil }
            total = sum
        }
        return .nanoseconds(total)
    }

    /// The shortest text that ``duration(_:)`` reads back: `1d12h`.
    package static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        var left = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
        var text = ""
        for (unit, size) in nanosecondsOfUnit.reversed() where unit != "w" && left >= size {
            text += "\(left / size)\(unit)"
            left %= size
        }
        return text.isEmpty ? "0s" : text
    }
}
