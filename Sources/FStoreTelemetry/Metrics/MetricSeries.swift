/// One line, or for a histogram one block, of a family: a cell that the hot path holds and adds to.
package protocol MetricSeries: AnyObject, Sendable {
    /// Whether anything was ever recorded.
    var isUsed: Bool { get }

    /// Writes the samples of this series under the name of its family.
    func write(to writer: inout ExpositionWriter, name: String, labels: LabelText)
}
