/// Writes the tables of FlatBuffers front to back: a table first, and behind it what it points to.
struct FlatTableWriter {
    /// What a field of a table holds.
    enum Value {
        /// Left out: readers take the default of the format.
        case absent
        case byte(UInt8)
        case short(Int16)
        case int(Int32)
        case long(Int64)
        /// Points to what is written later, once ``FlatTableWriter/point(_:)`` is called.
        case offset

        fileprivate var width: Int {
            switch self {
            case .absent: 0
            case .byte: 1
            case .short: 2
            case .int, .offset: 4
            case .long: 8
            }
        }

        static func bool(_ value: Bool) -> Value { value ? .byte(1) : .absent }
    }

    /// The message so far. It begins with the offset of the root table.
    private(set) var bytes: [UInt8] = [0, 0, 0, 0]

    /// Writes the table that everything else is reached from. Returns where each of its fields lies; 0 for those that
    /// are left out.
    mutating func root(_ values: [Value]) -> [Int] { table(at: 0, values) }

    /// Writes a table that the field at `place` points to. Returns where each of its fields lies.
    @discardableResult
    mutating func table(at place: Int, _ values: [Value]) -> [Int] {
        let (offsets, size) = Self.offsets(of: values)
        let fieldBytes = 4 + 2 * values.count
        // The list of the fields' offsets comes first, so that the table behind it begins at a multiple of 8.
        while (bytes.count + fieldBytes) % 8 != 0 { bytes.append(0) }
        bytes.append(integer: UInt16(fieldBytes))
        bytes.append(integer: UInt16(size))
        for offset in offsets { bytes.append(integer: UInt16(offset)) }
        let start = bytes.count
        point(place, to: start)
        bytes.append(integer: Int32(fieldBytes))
        bytes.append(contentsOf: repeatElement(0, count: size - 4))
        for (value, offset) in zip(values, offsets) { set(value, at: start + offset) }
        return offsets.map { $0 == 0 ? 0 : start + $0 }
    }

    /// Makes the offset at `place` point to what lies at `target`, behind it.
    mutating func point(_ place: Int, to target: Int) { bytes.set(UInt32(target - place), at: place) }

    /// Where each field lies within its table, and how large the table is. The widest fields come first, so that no
    /// space is lost between them.
    private static func offsets(of values: [Value]) -> (offsets: [Int], size: Int) {
        var offsets = [Int](repeating: 0, count: values.count)
        var size = 4
        for width in [8, 4, 2, 1] {
            for (index, value) in values.enumerated() where value.width == width {
                size = (size + width - 1) / width * width
                offsets[index] = size
                size += width
            }
        }
        return (offsets, size)
    }

    private mutating func set(_ value: Value, at place: Int) {
        let bits: UInt64 =
            switch value {
            case .absent, .offset: 0
            case .byte(let byte): UInt64(byte)
            case .short(let short): UInt64(UInt16(bitPattern: short))
            case .int(let int): UInt64(UInt32(bitPattern: int))
            case .long(let long): UInt64(bitPattern: long)
            }
        for index in 0..<value.width { bytes[place + index] = UInt8(truncatingIfNeeded: bits >> (8 * UInt64(index))) }
    }

    /// Writes a vector of offsets and returns where each lies, for ``table(at:_:)``.
    mutating func offsets(at place: Int, count: Int) -> [Int] {
        beginVector(at: place, count: count, alignment: 4)
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: 4 * count))
        return (0..<count).map { start + 4 * $0 }
    }

    /// Writes a vector of 64-bit numbers, or of structs that consist of `wordsPerElement` of them.
    mutating func longs(at place: Int, _ values: [Int64], wordsPerElement: Int = 1) {
        beginVector(at: place, count: values.count / wordsPerElement, alignment: 8)
        bytes.append(integers: values)
    }

    mutating func text(at place: Int, _ text: some Collection<UInt8>) {
        beginVector(at: place, count: text.count, alignment: 4)
        bytes.append(contentsOf: text)
        bytes.append(0)
    }

    /// The count of a vector, so that its first element lies at a multiple of `alignment`.
    private mutating func beginVector(at place: Int, count: Int, alignment: Int) {
        bytes.pad(to: 4)
        if (bytes.count + 4) % alignment != 0 { bytes.append(integer: UInt32(0)) }
        point(place, to: bytes.count)
        bytes.append(integer: UInt32(count))
    }
}
