extension ArrowColumn {
    /// An integer, or a time in the unit of its type; `nil` for null. For the kinds `integer` and `time`.
    ///
    /// Throws ``ArrowError/Kind/outOfRange`` for a `uint64` above 2⁶³ - 1.
    @inlinable
    package func integer(at row: Int) throws(ArrowError) -> Int64? {
        if isNull(row) { return nil }
        let offset = values &+ (first &+ row) &* width
        switch layout {
        case .int64: return bytes.integer(Int64.self, at: offset)
        case .int32: return Int64(bytes.integer(Int32.self, at: offset))
        case .int16: return Int64(bytes.integer(Int16.self, at: offset))
        case .int8: return Int64(bytes.integer(Int8.self, at: offset))
        case .uint8: return Int64(bytes.integer(UInt8.self, at: offset))
        case .uint16: return Int64(bytes.integer(UInt16.self, at: offset))
        case .uint32: return Int64(bytes.integer(UInt32.self, at: offset))
        case .uint64:
            let value = bytes.integer(UInt64.self, at: offset)
            guard let signed = Int64(exactly: value) else { throw tooLarge(value, row: row) }
            return signed
        case .dictionary:
            guard let (part, place) = decoded(row) else { return nil }
            return try part.values.integer(at: place)
        default: wrongKind("integers")
        }
    }

    /// An integer or a floating point number; `nil` for null. For the kinds `integer` and `float`.
    ///
    /// Integers beyond 2⁵³ are rounded to the nearest `Double`.
    @inlinable
    package func double(at row: Int) -> Double? {
        if isNull(row) { return nil }
        let offset = values &+ (first &+ row) &* width
        switch layout {
        case .float64: return Double(bitPattern: bytes.integer(UInt64.self, at: offset))
        case .float32: return Double(Float(bitPattern: bytes.integer(UInt32.self, at: offset)))
        case .float16: return Double(Float16(bitPattern: bytes.integer(UInt16.self, at: offset)))
        case .uint64: return Double(bytes.integer(UInt64.self, at: offset))
        case .dictionary:
            guard let (part, place) = decoded(row) else { return nil }
            return part.values.double(at: place)
        default: return integerAsDouble(row)
        }
    }

    /// For the kind `bool`; `nil` for null.
    @inlinable
    package func bool(at row: Int) -> Bool? {
        if isNull(row) { return nil }
        switch layout {
        case .bool:
            let place = first &+ row
            return bytes[values &+ place >> 3] >> UInt8(truncatingIfNeeded: place & 7) & 1 == 1
        case .dictionary:
            guard let (part, place) = decoded(row) else { return nil }
            return part.values.bool(at: place)
        default: wrongKind("booleans")
        }
    }

    @usableFromInline
    func integerAsDouble(_ row: Int) -> Double? {
        precondition(type.kind == .integer, "a column of \(type) does not have numbers")
        // Only a uint64 can be out of range, and that is not read here.
        return (try? integer(at: row)).flatMap { $0 }.map { Double($0) }
    }

    /// The dictionary entry of a row. The row must not be null.
    @inlinable
    func decoded(_ row: Int) -> (part: ArrowDictionary.Part, row: Int)? {
        parts.dictionary?.value(at: index(at: first + row))
    }

    @usableFromInline
    @inline(never)
    func tooLarge(_ value: UInt64, row: Int) -> ArrowError {
        ArrowError(.outOfRange, "the value \(value) in row \(row) is larger than \(Int64.max)").of(name)
    }

    @usableFromInline
    @inline(never)
    func wrongKind(_ wanted: String) -> Never {
        preconditionFailure("a column of \(type) does not have \(wanted)")
    }
}
