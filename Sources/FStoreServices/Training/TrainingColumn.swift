internal import FStore
internal import FStoreArrow
internal import FStoreConnectors

/// The answers of one feature, which come in the order that suits the store, and leave in the order of the rows.
final class TrainingColumn {
    /// How many bytes of texts all columns may take together.
    final class Room {
        private var left: Int
        private(set) var isUsedUp = false

        init(bytes: Int) {
            left = bytes
        }

        /// Whether there is room for so many bytes more.
        func take(_ bytes: Int) -> Bool {
            left -= bytes
            if left < 0 { isUsedUp = true }
            return !isUsedUp
        }
    }

    private let room: Room
    private let feature: Feature
    private let type: ValueType
    private let hasStatuses: Bool
    private let hasEventTimes: Bool
    private var statuses: [Status]
    /// Bits of doubles and integers, or where texts begin.
    private var words: [UInt64]
    /// Of texts and binary values: how long they are.
    private var counts: [Int32] = []
    /// Texts and binary values, in the order in which they came.
    private var bytes: [UInt8] = []
    private var floats: [Float] = []
    private var eventTimes: [Int64] = []

    init(_ feature: Feature, rows: Int, _ question: TrainingQuestion, _ room: Room) {
        self.feature = feature
        self.room = room
        // Of a feature that has neither a type nor a value, nothing is known but that it has no value.
        type = feature.type ?? .float64
        hasStatuses = question.hasStatuses
        hasEventTimes = question.hasEventTimes
        statuses = Array(repeating: .missing, count: rows)
        words = Array(repeating: 0, count: rows)
        switch type {
        case .string, .bytes, .json: counts = Array(repeating: 0, count: rows)
        case .vector(let dimension): floats = Array(repeating: 0, count: rows * dimension)
        case .float64, .int64, .bool, .timestamp: break
        }
        if hasEventTimes { eventTimes = Array(repeating: 0, count: rows) }
    }

    /// Notes the answer for a row.
    ///
    /// - Parameter maxAge: nanoseconds before the moment of the row at which a value is too old.
    @inline(__always)
    func set(_ answer: borrowing BorrowedAnswer, row: Int, moment: Timestamp, maxAge: Int64?) {
        var status = answer.status
        if status == .missing { return }
        if let maxAge, let time = answer.eventTime {
            let (age, isHuge) = moment.nanoseconds.subtractingReportingOverflow(time.nanoseconds)
            if isHuge || age > maxAge { status = .expired }
        }
        statuses[row] = status
        if hasEventTimes { eventTimes[row] = answer.eventTime?.nanoseconds ?? 0 }
        guard status == .present, let value = answer.value else { return }
        switch type {
        case .float64: words[row] = value.float64?.bitPattern ?? 0
        case .int64: words[row] = UInt64(bitPattern: value.int64 ?? 0)
        case .bool: words[row] = value.bool == true ? 1 : 0
        case .timestamp: words[row] = UInt64(bitPattern: value.timestamp?.nanoseconds ?? 0)
        case .string, .json: if let text = value.utf8 { keep(text, row) }
        case .bytes: if let octets = value.octets { keep(octets, row) }
        case .vector(let dimension):
            guard value.dimension == dimension else { return }
            for index in 0..<dimension { floats[row * dimension + index] = value.element(index) }
        }
    }

    private func keep(_ text: Span<UInt8>, _ row: Int) {
        guard room.take(text.count) else { return }
        words[row] = UInt64(bytes.count)
        counts[row] = Int32(text.count)
        for index in text.indices { bytes.append(text[index]) }
    }

    // MARK: Columns

    /// The columns of all rows.
    func finish() -> [AddedColumn] {
        var columns = [AddedColumn(values(), isJSON: type == .json)]
        if hasStatuses {
            var builder = ArrowColumnBuilder(ArrowField(name: feature.name + "__status", type: .utf8))
            for status in statuses { builder.append(text: status.description) }
            columns.append(AddedColumn(builder.finish()))
        }
        if hasEventTimes {
            let type = ArrowType.timestamp(.nanoseconds, zone: "UTC")
            var builder = ArrowColumnBuilder(ArrowField(name: feature.name + "__event_time", type: type))
            for (row, status) in statuses.enumerated() {
                if status == .missing { builder.appendNull() } else { builder.append(integer: eventTimes[row]) }
            }
            columns.append(AddedColumn(builder.finish()))
        }
        return columns
    }

    private func values() -> ArrowColumn {
        var builder = ArrowColumnBuilder(ArrowField(name: feature.name, type: type.arrow))
        for row in statuses.indices {
            guard statuses[row] == .present else {
                builder.appendNull()
                continue
            }
            switch type {
            case .float64: builder.append(double: Double(bitPattern: words[row]))
            case .int64, .timestamp: builder.append(integer: Int64(bitPattern: words[row]))
            case .bool: builder.append(bool: words[row] == 1)
            case .string, .json, .bytes:
                let start = Int(words[row])
                builder.append(bytes: bytes.span.extracting(start..<start + Int(counts[row])))
            case .vector(let dimension):
                builder.append(floats: floats[row * dimension..<(row + 1) * dimension])
            }
        }
        return builder.finish()
    }
}

extension ValueType {
    /// The type of a column that has such values.
    var arrow: ArrowType {
        switch self {
        case .float64: .float(.float64)
        case .int64: .integer(.int64)
        case .bool: .bool
        case .string, .json: .utf8
        case .bytes: .binary
        case .timestamp: .timestamp(.nanoseconds, zone: "UTC")
        case .vector(let dimension): .fixedSizeList(.float32, count: dimension)
        }
    }
}
