/// What a stream may ask of its reader.
package struct ArrowLimits: Sendable {
    /// Bytes of one message. The reader holds one message at a time, besides the batches that its caller keeps.
    package var messageBytes = 64 << 20
    /// Rows of one batch. A column of nulls takes up no bytes, so the limit on bytes does not bound them: a message of
    /// 200 bytes may have this many rows. Reading it costs nothing, but a loop over its rows does. Whoever loops counts
    /// the rows of the whole stream too.
    package var rows = 16 << 20
    /// Columns of the schema, counted with those inside of nested types.
    package var columns = 10_000
    /// Bytes of all dictionaries together, which are kept until the stream ends.
    package var dictionaryBytes = 64 << 20
    /// Parts of one dictionary. Each delta adds one.
    package var dictionaryParts = 1024

    package init() {}
}
