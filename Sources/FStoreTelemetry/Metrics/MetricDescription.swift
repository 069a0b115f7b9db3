/// What a family of series is called and what it means.
///
/// Names are written by programmers, so a wrong one is a programmer's error and stops the program.
package struct MetricDescription: Sendable {
    /// How the values of a family behave.
    package enum Kind: Sendable {
        /// Only grows, until the process starts again.
        case counter
        /// Goes up and down.
        case gauge
        /// Counts of observations by size.
        case histogram
        /// Always 1: what it tells stands in the labels.
        case info
    }

    package let name: String
    package let help: String
    package let kind: Kind
    package let labelNames: [String]

    /// - Parameter name: With its unit, and `_total` for a counter or `_info` for information, as in
    ///   `process_cpu_seconds_total`. No other kind may end in a suffix that the formats keep for themselves.
    package init(_ name: String, help: String, kind: Kind, labels labelNames: [String] = []) {
        precondition(Self.isName(name), "\(name) is no name for a metric")
        precondition(!help.isEmpty, "\(name) needs a help text")
        precondition(Self.reserved.filter { name.hasSuffix($0) } == kind.suffixes, "\(name) has the wrong ending")
        precondition(Set(labelNames).count == labelNames.count, "\(name) has a label twice")
        for label in labelNames {
            precondition(Self.isName(label) && !label.hasPrefix("__"), "\(label) is no name for a label")
            precondition(kind != .histogram || label != "le", "the label le belongs to the buckets")
        }
        self.name = name
        self.help = help
        self.kind = kind
        self.labelNames = labelNames
    }

    /// The name of the family in OpenMetrics, where `_total` and `_info` belong to the sample alone.
    var familyName: String { String(name.dropLast(kind.suffixes.first?.utf8.count ?? 0)) }

    /// The unit at the end of the family's name, which OpenMetrics states on a line of its own.
    var unit: String? { ["seconds", "bytes", "ratio"].first { familyName.hasSuffix("_\($0)") } }

    private static let reserved = ["_total", "_info", "_bucket", "_sum", "_count", "_created"]

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(48...57).contains(first) else { return false }
        return text.utf8.allSatisfy { (byte: UInt8) in
            switch byte {
            case 48...57, 65...90, 97...122, 95: true
            default: false
            }
        }
    }
}

extension MetricDescription.Kind {
    /// The ending of a name of this kind, if it has one.
    var suffixes: [String] {
        switch self {
        case .counter: ["_total"]
        case .info: ["_info"]
        case .gauge, .histogram: []
        }
    }
}
