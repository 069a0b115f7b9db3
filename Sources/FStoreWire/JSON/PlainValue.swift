package import FStore
internal import FStoreText

/// Scalars of ``PlainJSON`` as values, the same that the slow path makes of them. `nil` where it would refuse, or where
/// more reading is needed than the event loop should do.
package enum PlainValue {
    package static func value(_ scalar: PlainJSON.Scalar, _ bytes: Span<UInt8>, as type: ValueType?) -> FeatureValue? {
        switch (scalar, type) {
        case (.null, _): return .null
        case (.bool(let isTrue), nil), (.bool(let isTrue), .bool): return .bool(isTrue)
        case (.number(let range), nil): return number(bytes.extracting(range), .float64)
        case (.number(let range), .float64): return number(bytes.extracting(range), .float64)
        case (.number(let range), .int64): return number(bytes.extracting(range), .int64)
        case (.string(let range), nil), (.string(let range), .string):
            guard StoreLimits.valueBytes.contains(range.count) else { return nil }
            return text(bytes.extracting(range)).map { .string($0) }
        default: return nil
        }
    }

    private static func number(_ digits: Span<UInt8>, _ type: ValueType) -> FeatureValue? {
        do throws(Rejection) {
            return try ValueReader.read(digits, as: type)
        } catch {
            return nil
        }
    }

    /// The text of bytes, or `nil` when they are not UTF-8.
    package static func text(_ bytes: Span<UInt8>) -> String? {
        guard let valid = try? UTF8Span(validating: bytes) else { return nil }
        return String(copying: valid)
    }

    /// A moment, or `nil`.
    package static func time(_ bytes: Span<UInt8>) -> Timestamp? {
        text(bytes).flatMap { try? Timestamp($0) }
    }

    /// The bound of a question: a moment, or `now`.
    package static func bound(_ bytes: Span<UInt8>, now: Timestamp) -> Timestamp? {
        guard let text = text(bytes) else { return nil }
        return text == "now" ? now : try? Timestamp(clamping: text)
    }
}
