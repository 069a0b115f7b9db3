/// Bits in the order of Arrow: bit `n` is bit `n % 8` of byte `n / 8`, the lowest first.
enum Bitmap {
    /// How many of `count` bits from bit `first` on are 0. `start` is the byte of bit 0.
    static func zeroCount(_ bytes: [UInt8], start: Int, first: Int, count: Int) -> Int {
        var ones = 0
        var bit = first
        let end = first + count
        while bit < end, bit % 64 != 0 {
            ones += isSet(bytes, start: start, bit) ? 1 : 0
            bit += 1
        }
        while end - bit >= 64 {
            ones += bytes.integer(UInt64.self, at: start + bit / 8).nonzeroBitCount
            bit += 64
        }
        while bit < end {
            ones += isSet(bytes, start: start, bit) ? 1 : 0
            bit += 1
        }
        return count - ones
    }

    static func isSet(_ bytes: [UInt8], start: Int, _ bit: Int) -> Bool {
        bytes[start + bit >> 3] >> UInt8(truncatingIfNeeded: bit & 7) & 1 == 1
    }

    /// Appends `count` bits from bit `first` on, so that the first of them becomes bit 0. Bits behind the last are 0.
    static func append(_ bytes: [UInt8], start: Int, first: Int, count: Int, to target: inout [UInt8]) {
        if count == 0 { return }
        let shift = UInt8(first % 8)
        let from = start + first / 8
        let byteCount = (count + 7) / 8
        if shift == 0 {
            target.append(contentsOf: bytes[from..<from + byteCount])
        } else {
            // The last byte of the source may hold no bit that is wanted, and then it may lie outside of the array.
            let lastSource = start + (first + count - 1) / 8
            for index in 0..<byteCount {
                let low = bytes[from + index] >> shift
                let high = from + index + 1 <= lastSource ? bytes[from + index + 1] << (8 - shift) : 0
                target.append(low | high)
            }
        }
        if count % 8 != 0 { target[target.count - 1] &= (1 << UInt8(count % 8)) - 1 }
    }
}
