/// Something that has families of samples to show when it is asked.
package protocol MetricCollector: Sendable {
    /// What it will write, so that the registry can refuse a name twice.
    var descriptions: [MetricDescription] { get }

    /// Writes each family: its header first, then its samples.
    func write(to writer: inout ExpositionWriter)
}
