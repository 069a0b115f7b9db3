internal import FStore
internal import FStoreArrow
internal import FStoreText

/// Cells as values of features.
extension TableColumn {
    /// The value of a cell in a feature of `type`; ``FeatureValue/null`` where a cell is null or empty, `nil` where an
    /// object does not have the member.
    ///
    /// - Parameter type: `nil` takes the cell as what it is.
    func value(_ row: Int, as type: ValueType?) throws(Rejection) -> FeatureValue? {
        switch cells {
        case .arrow(let column): try column.featureValue(row, as: type)
        case .texts(let cells):
            cells.isMissing(row) ? .null : try ValueReader.read(cells[row].span, as: type ?? .string)
        case .json(let cells):
            if let cell = json(cells, row) {
                if let type { try ValueReader.read(cell, as: type) } else { try ValueReader.read(cell) }
            } else {
                nil
            }
        case .none: nil
        }
    }

    /// The type that a feature takes which is made for this column; `nil` when no cell tells it.
    func featureType(rows: Int) -> ValueType? {
        switch cells {
        case .arrow(let column): column.featureType
        case .texts(let cells): Self.type(of: (0..<rows).lazy.filter { !cells.isMissing($0) }.map { cells[$0] })
        case .json(let cells):
            cells.lazy.compactMap { $0.flatMap { (try? ValueReader.read($0))?.type } }.first
        case .none: nil
        }
    }

    /// Numbers are `float64`, `true` and `false` are `bool`, all else is `string`.
    private static func type(of texts: some Sequence<ArraySlice<UInt8>>) -> ValueType? {
        var found: ValueType?
        for text in texts {
            let type: ValueType =
                if (try? ValueReader.read(text.span, as: .float64)) != nil {
                    .float64
                } else if text.elementsEqual("true".utf8) || text.elementsEqual("false".utf8) {
                    .bool
                } else {
                    .string
                }
            if type == .string || found != nil && found != type { return .string }
            found = type
        }
        return found
    }
}

extension ArrowColumn {
    fileprivate var featureType: ValueType? {
        switch type.kind {
        case .bool: .bool
        case .integer: .int64
        case .float: .float64
        case .text: .string
        case .bytes: .bytes
        case .time: .timestamp
        case .floats:
            if case .fixedSizeList(_, let count) = type {
                .vector(dimension: count)
            } else {
                (0..<rowCount).lazy.compactMap { self.elements(at: $0)?.count }.first.map { .vector(dimension: $0) }
            }
        case .null, .unsupported: nil
        }
    }

    fileprivate func featureValue(_ row: Int, as wanted: ValueType?) throws(Rejection) -> FeatureValue {
        if isNull(row) { return .null }
        switch type.kind {
        case .null: return .null
        case .float:
            guard let number = double(at: row) else { return .null }
            return try Self.number(number, as: wanted)
        case .integer:
            guard let number = try Rejection.of({ () throws(ArrowError) in try integer(at: row) }) else { return .null }
            return try Self.integer(number, as: wanted)
        case .bool:
            guard wanted == nil || wanted == .bool else { break }
            return bool(at: row).map { .bool($0) } ?? .null
        case .text: return try textValue(row, as: wanted ?? .string)
        case .bytes:
            guard wanted == nil || wanted == .bytes else { break }
            let count = byteCount(at: row) ?? 0
            guard StoreLimits.valueBytes.contains(count) else {
                throw Rejection(
                    "the value has \(count) bytes; at most \(StoreLimits.valueBytes.upperBound) can be stored"
                )
            }
            return withBytes(at: row) { .bytes(Array(copying: $0)) } ?? .null
        case .time:
            guard wanted == nil || wanted == .timestamp else { break }
            let found = try Rejection.of { () throws(ArrowError) in try timestampNanoseconds(at: row) }
            return found.map { .timestamp(Timestamp(nanoseconds: $0)) } ?? .null
        case .floats: return try vector(row, as: wanted)
        case .unsupported: break
        }
        throw Rejection("a column of \(type) does not fit a feature of type \(wanted.map { "\($0)" } ?? "none")")
    }

    private static func number(_ number: Double, as wanted: ValueType?) throws(Rejection) -> FeatureValue {
        switch wanted {
        case nil, .float64:
            guard number.isFinite else { throw Rejection("\(number) cannot be stored; numbers must be finite") }
            return .float64(number)
        case .int64:
            guard let whole = Int64(exactly: number) else {
                throw Rejection("\(number) is not a whole number, as int64 must be")
            }
            return .int64(whole)
        case .some(let type): throw Rejection("the number \(number) is not a \(type)")
        }
    }

    private static func integer(_ number: Int64, as wanted: ValueType?) throws(Rejection) -> FeatureValue {
        switch wanted {
        case nil, .int64: return .int64(number)
        case .float64:
            guard number.magnitude <= 1 << 53 else {
                throw Rejection(
                    "the whole number \(number) lies beyond 2^53, where float64 loses digits; a feature of type int64 "
                        + "keeps them"
                )
            }
            return .float64(Double(number))
        case .some(let type): throw Rejection("the number \(number) is not a \(type)")
        }
    }

    /// A text is a string, and in features of other types what texts of theirs look like; never a number.
    private func textValue(_ row: Int, as wanted: ValueType) throws(Rejection) -> FeatureValue {
        switch wanted {
        case .string, .json, .timestamp, .bytes: break
        default: throw Rejection("a text is not a \(wanted)")
        }
        let found = try withBytes(at: row) { bytes throws(Rejection) in try ValueReader.read(bytes, as: wanted) }
        return found ?? .null
    }

    private func vector(_ row: Int, as wanted: ValueType?) throws(Rejection) -> FeatureValue {
        var floats: [Float] = []
        guard appendFloats(at: row, to: &floats) != nil else {
            throw Rejection("an element of the list is null, and vectors have numbers only")
        }
        guard StoreLimits.vectorDimension.contains(floats.count) else {
            let range = StoreLimits.vectorDimension
            throw Rejection(
                "a vector has \(range.lowerBound) to \(range.upperBound) elements; this one has \(floats.count)"
            )
        }
        switch wanted {
        case nil: break
        case .vector(let dimension):
            guard dimension == floats.count else {
                throw Rejection("the list has \(floats.count) elements, and the feature takes \(dimension)")
            }
        case .some(let type): throw Rejection("a list of numbers is not a \(type)")
        }
        if let odd = floats.first(where: { !$0.isFinite }) {
            throw Rejection("\(odd) cannot be stored; numbers must be finite")
        }
        return .vector(floats)
    }
}
