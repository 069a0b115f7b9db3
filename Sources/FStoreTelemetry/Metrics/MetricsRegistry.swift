/// Everything that a scrape shows, in the order in which it was registered.
package final class MetricsRegistry: Sendable {
    private struct State {
        var collectors: [any MetricCollector] = []
        var names: Set<String> = []
    }

    private let state = Lock(State())

    package init() {}

    /// Adds families. A name that is there already is a programmer's error and stops the program.
    package func register(_ collector: some MetricCollector) {
        state.withLock { state in
            for description in collector.descriptions {
                let isNew = state.names.insert(description.familyName).inserted
                precondition(isNew, "\(description.name) is registered twice")
            }
            state.collectors.append(collector)
        }
    }

    /// All families as text.
    package func render(_ format: ExpositionFormat) -> [UInt8] {
        // Callbacks may be slow or register something themselves: they run outside of the lock.
        let collectors = state.withLock { $0.collectors }
        var writer = ExpositionWriter(format)
        for collector in collectors { collector.write(to: &writer) }
        return writer.finish()
    }
}

extension MetricsRegistry {
    /// A new family of counters; `name` ends in `_total`.
    package func counters(
        _ name: String,
        help: String,
        labels: [String],
        showsUnused: Bool = true
    ) -> CounterFamily {
        let family = CounterFamily(name, help: help, labels: labels, showsUnused: showsUnused)
        register(family)
        return family
    }

    /// A new counter without labels; `name` ends in `_total`.
    package func counter(_ name: String, help: String) -> Counter {
        counters(name, help: help, labels: []).series()
    }

    /// A new family of gauges.
    package func gauges(_ name: String, help: String, labels: [String]) -> GaugeFamily {
        let family = GaugeFamily(name, help: help, labels: labels)
        register(family)
        return family
    }

    /// A new gauge without labels.
    package func gauge(_ name: String, help: String) -> Gauge {
        gauges(name, help: help, labels: []).series()
    }

    /// A new family of histograms.
    package func histograms(
        _ name: String,
        help: String,
        labels: [String],
        scale: HistogramScale = .durations,
        showsUnused: Bool = true
    ) -> HistogramFamily {
        let family = HistogramFamily(name, help: help, labels: labels, scale: scale, showsUnused: showsUnused)
        register(family)
        return family
    }

    /// A new histogram without labels.
    package func histogram(_ name: String, help: String, scale: HistogramScale = .durations) -> Histogram {
        histograms(name, help: help, labels: [], scale: scale).series()
    }
}
