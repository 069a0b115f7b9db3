/// Counters of one name that differ in their labels.
package typealias CounterFamily = MetricFamily<Counter>
/// Gauges of one name that differ in their labels.
package typealias GaugeFamily = MetricFamily<Gauge>
/// Histograms of one name that differ in their labels.
package typealias HistogramFamily = MetricFamily<Histogram>

/// Series of one name that differ in their labels.
///
/// Who knows the label values beforehand asks for the series once and keeps it. Asking takes a lock and hashes, so it
/// does not belong on the hot path.
package final class MetricFamily<Series: MetricSeries>: MetricCollector {
    /// The most series of a family, so that no caller can fill the memory with label values. What comes later is
    /// added up in one more series, in which every label says ``overflowLabel``.
    package static var maxSeries: Int { 1000 }

    /// The label value of everything beyond ``maxSeries``.
    package static var overflowLabel: String { "other" }

    package let description: MetricDescription
    package var descriptions: [MetricDescription] { [description] }
    private let showsUnused: Bool
    private let makeSeries: @Sendable () -> Series
    private let entries = Lock(Entries())

    private struct Entries {
        var indices: [[String]: Int] = [:]
        var list: [(labels: LabelText, series: Series)] = []
    }

    /// - Parameter showsUnused: whether a scrape shows series in which nothing was recorded yet. Where all label values
    ///   are made beforehand, for a hot path, nearly all of them are zero for ever.
    init(
        _ description: MetricDescription,
        showsUnused: Bool = true,
        makeSeries: @escaping @Sendable () -> Series
    ) {
        self.description = description
        self.showsUnused = showsUnused
        self.makeSeries = makeSeries
    }

    /// The series with these label values, one for each label name of the family and in the same order.
    package func series(_ labelValues: String...) -> Series {
        series(labelValues)
    }

    /// The series with these label values, one for each label name of the family and in the same order.
    package func series(_ labelValues: [String]) -> Series {
        precondition(labelValues.count == description.labelNames.count, "one value for each label")
        let overflow = labelValues.map { _ in Self.overflowLabel }
        return entries.withLock { entries in
            if let index = entries.indices[labelValues] { return entries.list[index].series }
            // The series of the rest does not count, or it would take the place of a real one.
            let known = entries.list.count - (entries.indices[overflow] == nil ? 0 : 1)
            guard known >= Self.maxSeries else { return add(labelValues, to: &entries) }
            if let index = entries.indices[overflow] { return entries.list[index].series }
            return add(overflow, to: &entries)
        }
    }

    package func write(to writer: inout ExpositionWriter) {
        writer.header(description)
        for (labels, series) in entries.withLock({ $0.list }) where showsUnused || series.isUsed {
            series.write(to: &writer, name: description.name, labels: labels)
        }
    }

    private func add(_ labelValues: [String], to entries: inout Entries) -> Series {
        let series = makeSeries()
        entries.indices[labelValues] = entries.list.count
        entries.list.append((LabelText(names: description.labelNames, values: labelValues), series))
        return series
    }
}

extension MetricFamily where Series == Counter {
    /// - Parameter name: Ends in `_total`.
    package convenience init(_ name: String, help: String, labels: [String], showsUnused: Bool = true) {
        let description = MetricDescription(name, help: help, kind: .counter, labels: labels)
        self.init(description, showsUnused: showsUnused) { Counter() }
    }
}

extension MetricFamily where Series == Gauge {
    /// - Parameter name: Ends in its unit, if it has one.
    package convenience init(_ name: String, help: String, labels: [String]) {
        self.init(MetricDescription(name, help: help, kind: .gauge, labels: labels)) { Gauge() }
    }
}

extension MetricFamily where Series == Histogram {
    /// - Parameter name: Ends in its unit: `_seconds` for durations.
    package convenience init(
        _ name: String,
        help: String,
        labels: [String],
        scale: HistogramScale = .durations,
        showsUnused: Bool = true
    ) {
        let description = MetricDescription(name, help: help, kind: .histogram, labels: labels)
        self.init(description, showsUnused: showsUnused) { Histogram(scale) }
    }
}
