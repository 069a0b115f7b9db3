/// Families without labels that one callback answers together, where the values come out of one look at something.
package struct CallbackGroup: MetricCollector {
    package let descriptions: [MetricDescription]
    private let values: @Sendable () -> [Double?]

    /// - Parameter values: One for each description, in the same order; `nil` or missing where there is nothing to
    ///   tell at the moment.
    package init(_ descriptions: [MetricDescription], values: @escaping @Sendable () -> [Double?]) {
        for description in descriptions {
            precondition(description.kind != .histogram, "a callback has no buckets")
            precondition(description.labelNames.isEmpty, "the families of a group have no labels")
        }
        self.descriptions = descriptions
        self.values = values
    }

    package func write(to writer: inout ExpositionWriter) {
        let values = values()
        for (index, description) in descriptions.enumerated() {
            writer.header(description)
            guard index < values.count, let value = values[index] else { continue }
            writer.sample(description.name, labels: .none, value: .real(value))
        }
    }
}
