internal import FStoreServices
internal import FStore

/// What a write answers.
enum WrittenJSON {
    /// One value, as it was stored.
    static func append(
        _ feature: ResolvedFeature,
        entity: Span<UInt8>,
        _ value: FeatureValue,
        at time: Timestamp,
        _ receipt: CommitReceipt,
        to output: JSONBuffer
    ) {
        output.append(feature.opening)
        output.append(",\"entity_id\":")
        output.appendString(entity)
        output.append(",\"value\":")
        output.append(value)
        output.append(",\"timestamp\":")
        output.append(time)
        output.append(",\"committed_at\":")
        output.append(receipt.commitTime)
        output.append(UInt8(ascii: "}"))
    }

    /// A batch.
    static func append(_ receipt: CommitReceipt, to output: JSONBuffer) {
        output.append("{\"written\":")
        output.append(receipt.cells)
        output.append(",\"committed_at\":")
        output.append(receipt.commitTime)
        output.append(UInt8(ascii: "}"))
    }

    /// A batch of rows.
    static func append(_ receipt: CommitReceipt, rows: Int, to output: JSONBuffer) {
        output.append("{\"rows\":")
        output.append(rows)
        output.append(",\"written\":")
        output.append(receipt.cells)
        output.append(",\"committed_at\":")
        output.append(receipt.commitTime)
        output.append(UInt8(ascii: "}"))
    }
}
