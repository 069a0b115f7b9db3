extension ArrowColumn {
    /// The elements of all lists, one behind the other. For the kind `floats`.
    package var elements: ArrowColumn {
        guard let elements = parts.elements else { wrongKind("lists") }
        return elements
    }

    /// Which rows of ``elements`` are the list of a row; `nil` for null. For the kind `floats`.
    package func elements(at row: Int) -> Range<Int>? {
        if isNull(row) { return nil }
        return elementRange(from: row, count: 1)
    }

    /// Appends the list of a row as 32-bit numbers; those of 64 bits are rounded. For the kind `floats`.
    ///
    /// Returns how many were appended; `nil`, and nothing is appended, when the list or one of its elements is null.
    package func appendFloats(at row: Int, to floats: inout [Float]) -> Int? {
        guard let range = elements(at: row) else { return nil }
        let elements = elements
        if elements.mayHaveNulls, range.contains(where: { elements.isNull($0) }) { return nil }
        floats.reserveCapacity(floats.count + range.count)
        if elements.layout == .float32 {
            var offset = elements.values + (elements.first + range.lowerBound) * 4
            for _ in range {
                floats.append(Float(bitPattern: bytes.integer(UInt32.self, at: offset)))
                offset += 4
            }
        } else {
            for element in range { floats.append(Float(elements.double(at: element) ?? .nan)) }
        }
        return range.count
    }

    /// Which elements belong to `count` rows from `row` on, nulls included.
    func elementRange(from row: Int, count: Int) -> Range<Int> {
        let place = first + row
        switch layout {
        case .fixedList: return place * width..<(place + count) * width
        case .list32:
            let start = Int(bytes.integer(Int32.self, at: values + place * 4))
            return start..<Int(bytes.integer(Int32.self, at: values + (place + count) * 4))
        case .list64:
            let start = Int(bytes.integer(Int64.self, at: values + place * 8))
            return start..<Int(bytes.integer(Int64.self, at: values + (place + count) * 8))
        default: wrongKind("lists")
        }
    }
}
