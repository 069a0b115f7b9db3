internal import FStoreText

extension JSONBuffer {
    /// Below this a whole number has no exponent in its text, and a double holds it exactly.
    private static let wholeBound = 1e15
    /// Above this, 2^53, a text has an exponent: not every whole number is a double.
    private static let plainBound = 0x1p53
    /// What is written at most, `-1.2345678901234567e-308`, and what a store of whole words may touch behind it.
    private static let room = 40

    /// The shortest digits that read back as the same number, in the form of `Double.description`: whole numbers have
    /// `.0` behind them, very large and very small ones an exponent.
    func append(_ number: Double) {
        if number.sign == .minus { append(UInt8(ascii: "-")) }
        let magnitude = number.magnitude
        if magnitude < Self.wholeBound {
            // Not `rounded`, which is a call into the C library.
            let whole = Int64(magnitude)
            if Double(whole) == magnitude {
                append(whole)
                return append(".0")
            }
        }
        let decimal = ShortestDecimal(magnitude)
        let isPlain = magnitude <= Self.plainBound
        unsafe appendDirectly(Self.room) { unsafe Self.write(decimal, isPlain: isPlain, at: $0) }
    }

    private static func write(
        _ decimal: ShortestDecimal,
        isPlain: Bool,
        at target: UnsafeMutablePointer<UInt8>
    ) -> Int {
        // Most numbers have a point between their digits: these are written one place further, those before it moved.
        let count = unsafe writeDigits(decimal.digits, at: target + 1)
        let point = count + decimal.exponent
        if !isPlain || point < -3 { return unsafe finishScientific(count: count, exponent: point - 1, at: target) }
        if point <= 0 {
            let zeros = 2 - point
            unsafe writeDigits(decimal.digits, at: target + zeros)
            for position in 0..<zeros { unsafe target[position] = UInt8(ascii: "0") }
            unsafe target[1] = UInt8(ascii: ".")
            return zeros + count
        }
        for position in 0..<min(point, count) { unsafe target[position] = target[position + 1] }
        if point < count {
            unsafe target[point] = UInt8(ascii: ".")
            return count + 1
        }
        for position in count..<(point + 2) { unsafe target[position] = UInt8(ascii: "0") }
        unsafe target[point] = UInt8(ascii: ".")
        return point + 2
    }

    /// Digits stand behind the first place of `target`: puts the first of them there, and the exponent behind all.
    private static func finishScientific(count: Int, exponent: Int, at target: UnsafeMutablePointer<UInt8>) -> Int {
        unsafe target[0] = target[1]
        unsafe target[1] = UInt8(ascii: ".")
        var end = count > 1 ? count + 1 : 1
        unsafe target[end] = UInt8(ascii: "e")
        unsafe target[end + 1] = exponent < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+")
        end += 2
        let size = exponent.magnitude
        if size >= 100 {
            unsafe target[end] = UInt8(ascii: "0") + UInt8(size / 100)
            end += 1
        }
        unsafe target[end] = UInt8(ascii: "0") + UInt8(size / 10 % 10)
        unsafe target[end + 1] = UInt8(ascii: "0") + UInt8(size % 10)
        return end + 2
    }

    /// Writes up to 17 digits, eight at a time, and perhaps some bytes behind them.
    ///
    /// - Returns: how many digits there are.
    @discardableResult
    @inline(__always)
    private static func writeDigits(_ digits: UInt64, at target: UnsafeMutablePointer<UInt8>) -> Int {
        let (first, rest) = digits.quotientAndRemainder(dividingBy: 10_000_000_000_000_000)
        let (high, low) = rest.quotientAndRemainder(dividingBy: 100_000_000)
        let (highDigits, lowDigits) = (eightDigits(high), eightDigits(low))
        if first != 0 {
            unsafe target[0] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: first)
            unsafe store(highDigits, at: target + 1)
            unsafe store(lowDigits, at: target + 9)
            return 17
        }
        if highDigits != 0 {
            let zeros = highDigits.trailingZeroBitCount / 8
            unsafe store(highDigits >> UInt64(zeros * 8), at: target)
            unsafe store(lowDigits, at: target + (8 - zeros))
            return 16 - zeros
        }
        let zeros = lowDigits.trailingZeroBitCount / 8
        unsafe store(lowDigits >> UInt64(zeros * 8), at: target)
        return 8 - zeros
    }

    @inline(__always)
    private static func store(_ digits: UInt64, at target: UnsafeMutablePointer<UInt8>) {
        let text = (digits | 0x3030_3030_3030_3030).littleEndian
        unsafe UnsafeMutableRawPointer(target).storeBytes(of: text, as: UInt64.self)
    }

    /// The eight digits of a number below 10^8, a byte each, the first of them in the lowest byte. Halves, quarters and
    /// eighths are split side by side, each by a multiplication that divides exactly in its range.
    @inline(__always)
    private static func eightDigits(_ number: UInt64) -> UInt64 {
        let fours = number / 10_000 | (number % 10_000) << 32
        let hundreds = (fours &* 10_486) >> 20 & 0x0000_007F_0000_007F
        let twos = hundreds | (fours &- hundreds &* 100) << 16
        let tens = (twos &* 103) >> 10 & 0x000F_000F_000F_000F
        return tens | (twos &- tens &* 10) << 8
    }
}
