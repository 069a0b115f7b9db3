/// What a stream says next.
package enum ArrowStreamEvent: Sendable {
    /// Always the first.
    case schema(ArrowSchema)
    case batch(ArrowBatch)
    /// The mark at the end of the stream. Some programs leave it out and just stop.
    case end
}
