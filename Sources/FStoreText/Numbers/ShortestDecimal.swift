/// The shortest decimal number that reads back as the same double and, of those, the closest to it.
///
/// This is the method of Raffaello Giulietti's "The Schubfach way to render doubles": the interval of all numbers that
/// round to the double is scaled by a power of ten, so that its shortest member is one of at most four candidates.
package struct ShortestDecimal: Equatable, Sendable {
    /// All digits, without zeros at the end.
    package let digits: UInt64
    /// The power of ten that they are multiplied by.
    package let exponent: Int

    /// - Parameter number: finite, above zero.
    package init(_ number: Double) {
        let fraction = number.significandBitPattern
        let isNormal = number.exponentBitPattern != 0
        let c = isNormal ? fraction | 1 << 52 : fraction
        let q = (isNormal ? Int(number.exponentBitPattern) : 1) - 1075
        // The next smaller number is half as far away where the exponent changes.
        let isLowerCloser = fraction == 0 && number.exponentBitPattern > 1
        let isEven = c & 1 == 0

        let k = isLowerCloser ? (q * 1_262_611 - 524_031) >> 22 : (q * 1_262_611) >> 22
        let h = UInt64(truncatingIfNeeded: q + Self.floorLog2(tenToThe: -k) + 1)
        let power = PowersOfTen.all[-k]
        // The number and the bounds of what rounds to it, four times as large so that they are whole, in units of 10^k.
        let lowerBound = Self.product(power, (4 * c - 2 + (isLowerCloser ? 1 : 0)) << h)
        let middle = Self.product(power, (4 * c) << h)
        let upperBound = Self.product(power, (4 * c + 2) << h)
        // Bounds belong to even numbers: reading rounds a tie to them.
        let lower = isEven ? lowerBound : lowerBound + 1
        let upper = isEven ? upperBound : upperBound - 1

        let s = middle / 4
        if s >= 10 {
            let tens = s / 10
            let isDownInside = lower <= 40 * tens
            let isUpInside = 40 * tens + 40 <= upper
            if isDownInside != isUpInside {
                (digits, exponent) = Self.withoutZeros(isUpInside ? tens + 1 : tens, k + 1)
                return
            }
        }
        let isDownInside = lower <= 4 * s
        let isUpInside = 4 * s + 4 <= upper
        if isDownInside != isUpInside {
            (digits, exponent) = Self.withoutZeros(isUpInside ? s + 1 : s, k)
            return
        }
        // Both or none: the closer one, of two as close the even one.
        let between = 4 * s + 2
        let roundsUp = middle > between || middle == between && s & 1 != 0
        (digits, exponent) = Self.withoutZeros(roundsUp ? s + 1 : s, k)
    }

    /// ⌊log2(10^k)⌋ for |k| up to 1233.
    @inline(__always)
    static func floorLog2(tenToThe k: Int) -> Int { (k * 1_741_647) >> 19 }

    /// The upper 64 bits of a product of 192, the last of them set also when any of those below is.
    @inline(__always)
    private static func product(_ power: UInt128, _ factor: UInt64) -> UInt64 {
        let low = UInt64(truncatingIfNeeded: power).multipliedFullWidth(by: factor).high
        let high = UInt64(truncatingIfNeeded: power >> 64).multipliedFullWidth(by: factor)
        let (middle, overflow) = high.low.addingReportingOverflow(low)
        return (high.high &+ (overflow ? 1 : 0)) | (middle > 1 ? 1 : 0)
    }

    @inline(__always)
    private static func withoutZeros(_ digits: UInt64, _ exponent: Int) -> (UInt64, Int) {
        if digits % 10 != 0 { return (digits, exponent) }
        return withoutSomeZeros(digits, exponent)
    }

    @inline(never)
    private static func withoutSomeZeros(_ digits: UInt64, _ exponent: Int) -> (UInt64, Int) {
        var (digits, exponent) = (digits, exponent)
        while digits % 100_000_000 == 0 { (digits, exponent) = (digits / 100_000_000, exponent + 8) }
        while digits % 100 == 0 { (digits, exponent) = (digits / 100, exponent + 2) }
        if digits % 10 == 0 { (digits, exponent) = (digits / 10, exponent + 1) }
        return (digits, exponent)
    }
}
