/// A family whose values something else knows: they are asked for at each scrape.
///
/// The callback runs on the thread that scrapes, outside of any lock.
package struct CallbackMetric: MetricCollector {
    /// One value and the labels that it stands under.
    package typealias Sample = (labels: [String], value: Double)

    /// The most samples that are shown; what comes after them is left out.
    package static let maxSamples = 1000

    package let description: MetricDescription
    package var descriptions: [MetricDescription] { [description] }
    private let samples: @Sendable () -> [Sample]

    /// - Parameter value: `nil` when there is nothing to tell at the moment.
    package init(_ description: MetricDescription, value: @escaping @Sendable () -> Double?) {
        self.init(description) { value().map { [(labels: [], value: $0)] } ?? [] }
    }

    /// - Parameter samples: Of samples with the same labels the first one counts.
    package init(_ description: MetricDescription, samples: @escaping @Sendable () -> [Sample]) {
        precondition(description.kind != .histogram, "a callback has no buckets")
        self.description = description
        self.samples = samples
    }

    /// A sample that is always 1 and tells what its labels say, such as the version of the program.
    package static func info(_ name: String, help: String, labels: [(name: String, value: String)]) -> CallbackMetric {
        let values = labels.map(\.value)
        return CallbackMetric(MetricDescription(name, help: help, kind: .info, labels: labels.map(\.name))) {
            [(labels: values, value: 1)]
        }
    }

    package func write(to writer: inout ExpositionWriter) {
        writer.header(description)
        var seen: Set<[String]> = []
        for sample in samples().prefix(Self.maxSamples) where sample.labels.count == description.labelNames.count {
            guard seen.insert(sample.labels).inserted else { continue }
            let labels = LabelText(names: description.labelNames, values: sample.labels)
            writer.sample(description.name, labels: labels, value: .real(sample.value))
        }
    }
}
