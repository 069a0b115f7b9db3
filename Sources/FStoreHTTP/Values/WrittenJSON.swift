internal import FStoreServices
internal import FStore
internal import FStoreText

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
        end(receipt, output)
    }

    /// A batch.
    static func append(_ receipt: CommitReceipt, to output: JSONBuffer) {
        output.append("{\"written\":")
        output.append(receipt.cells)
        end(receipt, output)
    }

    /// A batch of rows.
    static func append(_ receipt: CommitReceipt, rows: Int, to output: JSONBuffer) {
        output.append("{\"rows\":")
        output.append(rows)
        output.append(",\"written\":")
        output.append(receipt.cells)
        end(receipt, output)
    }

    private static func end(_ receipt: CommitReceipt, _ output: JSONBuffer) {
        output.append(",\"committed_at\":")
        output.append(receipt.commitTime)
        warn(ofHidden: receipt.hiddenCells, to: output)
        output.append(UInt8(ascii: "}"))
    }

    /// A member `warning` when some of the values cannot be read, though they were stored.
    static func warn(ofHidden cells: Int, to output: JSONBuffer) {
        guard let warning = RetentionWarning.text(hiddenCells: cells) else { return }
        output.append(",\"warning\":")
        output.appendString(warning.utf8Span.span)
    }
}
