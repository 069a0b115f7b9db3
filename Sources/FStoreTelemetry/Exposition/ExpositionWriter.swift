/// Writes families and samples in one of the two formats.
package struct ExpositionWriter {
    private let format: ExpositionFormat
    private var bytes: [UInt8] = []

    package init(_ format: ExpositionFormat) {
        self.format = format
        bytes.reserveCapacity(16 * 1024)
    }

    /// The lines that open a family.
    package mutating func header(_ description: MetricDescription) {
        let isOpenMetrics = format == .openMetrics
        let name = isOpenMetrics ? description.familyName : description.name
        if isOpenMetrics, let unit = description.unit { bytes += "# UNIT \(name) \(unit)\n".utf8 }
        bytes += "# HELP \(name) ".utf8
        bytes.appendEscaped(description.help, quotes: isOpenMetrics)
        bytes += "\n# TYPE \(name) \(typeName(description.kind))\n".utf8
    }

    /// One line: a name, its labels, a value.
    package mutating func sample(_ name: String, suffix: String = "", labels: LabelText, value: SampleValue) {
        open(name, suffix, labels)
        if !labels.bytes.isEmpty { bytes.append(UInt8(ascii: "}")) }
        close(value)
    }

    /// One line of a histogram.
    ///
    /// - Parameter upperBound: `nil` for infinity.
    mutating func bucket(_ name: String, labels: LabelText, upperBound: SampleValue?, count: UInt64) {
        open(name, "_bucket", labels)
        bytes.append(UInt8(ascii: labels.bytes.isEmpty ? "{" : ","))
        bytes += "le=\"\(upperBound?.boundText ?? "+Inf")\"}".utf8
        close(.unsigned(count))
    }

    /// The text. OpenMetrics marks its end, so that a scraper can tell a whole answer from a cut one.
    package consuming func finish() -> [UInt8] {
        if format == .openMetrics { bytes += "# EOF\n".utf8 }
        return bytes
    }

    private mutating func open(_ name: String, _ suffix: String, _ labels: LabelText) {
        bytes += name.utf8
        bytes += suffix.utf8
        guard !labels.bytes.isEmpty else { return }
        bytes.append(UInt8(ascii: "{"))
        bytes += labels.bytes
    }

    private mutating func close(_ value: SampleValue) {
        bytes.append(UInt8(ascii: " "))
        bytes += value.text.utf8
        bytes.append(UInt8(ascii: "\n"))
    }

    private func typeName(_ kind: MetricDescription.Kind) -> String {
        switch kind {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        // The older format has no word for it.
        case .info: format == .openMetrics ? "info" : "gauge"
        }
    }
}
