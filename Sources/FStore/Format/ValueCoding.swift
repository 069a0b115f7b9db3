internal import FStoreLMDB

/// Values to stored bytes and back.
extension ByteArena {
    /// Appends the tag and payload of `value`, or throws and leaves an arena that the caller truncates.
    mutating func append(_ value: FeatureValue) throws(WriteError) {
        switch value {
        case .null: append(tag: .null)
        case .bool(let flag): append(tag: flag ? .true : .false)
        case .float64(let number):
            guard number.isFinite else { throw .notFinite("\(number)") }
            append(tag: .float64)
            append(littleEndian: number.bitPattern)
        case .int64(let number):
            append(tag: .int64)
            append(littleEndian: number)
        case .timestamp(let time):
            append(tag: .timestamp)
            append(littleEndian: time.nanoseconds)
        case .string(let text):
            try checkValueBytes(text.utf8.count)
            append(tag: .string)
            append(text.utf8Span.span.raw)
        case .bytes(let bytes):
            try checkValueBytes(bytes.count)
            append(tag: .bytes)
            append(bytes.span.raw)
        case .vector(let elements): try append(vector: elements)
        case .json(let text): try append(json: text)
        }
    }

    mutating func append(tag: Tag) {
        append(littleEndian: tag.rawValue)
    }

    private mutating func append(vector elements: [Float]) throws(WriteError) {
        guard StoreLimits.vectorDimension.contains(elements.count) else {
            throw .limit(LimitError(.vectorDimension, allowed: StoreLimits.vectorDimension, given: elements.count))
        }
        append(tag: .vector)
        for element in elements {
            guard element.isFinite else { throw .notFinite("\(element)") }
            append(littleEndian: element.bitPattern)
        }
    }

    private mutating func append(json text: String) throws(WriteError) {
        try checkValueBytes(text.utf8.count)
        var reader = JSONReader(bytes: Array(text.utf8))
        do throws(JSONError) { _ = try reader.readDocument() } catch { throw .invalidJSON(error) }
        append(tag: .json)
        append(reader.minified.span.raw)
    }

    private func checkValueBytes(_ count: Int) throws(WriteError) {
        guard StoreLimits.valueBytes.contains(count) else {
            throw .limit(LimitError(.valueBytes, allowed: StoreLimits.valueBytes, given: count))
        }
    }
}

extension FeatureValue {
    /// The value behind a tag and its payload. A tombstone has none and reads as null.
    init(_ tag: Tag, _ payload: RawSpan) {
        switch tag {
        case .tombstone, .null: self = .null
        case .false: self = .bool(false)
        case .true: self = .bool(true)
        case .float64: self = .float64(Double(bitPattern: payload.littleEndian(at: 0, as: UInt64.self)))
        case .int64: self = .int64(payload.littleEndian(at: 0, as: Int64.self))
        case .timestamp: self = .timestamp(Timestamp(nanoseconds: payload.littleEndian(at: 0, as: Int64.self)))
        case .string: self = .string(String(decoding: payload.copied, as: UTF8.self))
        case .json: self = .json(String(decoding: payload.copied, as: UTF8.self))
        case .bytes: self = .bytes(payload.copied)
        case .vector:
            var elements: [Float] = []
            elements.reserveCapacity(payload.byteCount / 4)
            for offset in stride(from: 0, to: payload.byteCount, by: 4) {
                elements.append(Float(bitPattern: payload.littleEndian(at: offset, as: UInt32.self)))
            }
            self = .vector(elements)
        }
    }
}
