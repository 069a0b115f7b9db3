internal import FStoreSecurity

/// Makes ids such as `key_01KAK0…`: a word for the kind, then 48 bits of milliseconds and 80 random bits in 26
/// characters, in the form of a ULID. Ids of one kind sort by the time they were made.
enum RecordID {
    /// Crockford's digits, which leave out I, L, O and U.
    private static let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    private static let randomBytes = 10

    /// A new id of a thing that is made at `time`.
    static func make(_ kind: String, at time: UnixNanoseconds) -> String {
        make(kind, at: time, random: SystemRandom.bytes(randomBytes))
    }

    static func make(_ kind: String, at time: UnixNanoseconds, random: [UInt8]) -> String {
        let milliseconds = UInt64(max(0, time) / 1_000_000)
        let high = milliseconds << 16 | UInt64(random[0]) << 8 | UInt64(random[1])
        let low = random[2...].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let number = UInt128(high) << 64 | UInt128(low)
        let text = (0..<26).map { digits[Int(truncatingIfNeeded: number >> (5 * (25 - UInt128($0))) & 31)] }
        return kind + "_" + String(decoding: text, as: UTF8.self)
    }
}
