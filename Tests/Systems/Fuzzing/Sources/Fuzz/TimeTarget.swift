@testable internal import FStore
@testable internal import FStoreHTTP

/// Moments as text.
enum TimeTarget {
    static func run(_ bytes: [UInt8]) {
        if let text = String(validating: bytes, as: UTF8.self) {
            let clamped = try? Timestamp(clamping: text)
            if let time = try? Timestamp(text) {
                write(time)
                require(clamped == time, "what lies within the bounds is not moved")
            } else if let clamped {
                require(clamped == .earliest || clamped == .last, "what lies beyond the bounds is moved to them")
            }
        }
        guard bytes.count >= 8 else { return }
        let number = Int64(bitPattern: bytes[..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        for factor in [1, 1000, 1_000_000, 1_000_000_000] as [Int64] {
            write(Timestamp(nanoseconds: number / factor * factor))
        }
    }

    private static func write(_ time: Timestamp) {
        let text = time.description
        require((try? Timestamp(text)) == time, "a moment is read as it was written")
        let buffer = JSONBuffer(capacity: 1)
        buffer.append(time)
        require(JSONTarget.bytes(buffer) == Array("\"\(text)\"".utf8), "both writers write the same")
    }
}
