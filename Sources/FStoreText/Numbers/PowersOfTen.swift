/// 10^k as 128 bits, for every k that the shortest text of a double asks for.
///
/// The bits are the leading ones of the power, rounded up; where they begin follows from k
/// (``ShortestDecimal/floorLog2(tenToThe:)``). They are made when they are first needed, by exact arithmetic.
struct PowersOfTen: Sendable {
    private static let exponents = -292...324
    static let all = PowersOfTen()

    private let bits: [UInt128]

    private init() {
        var bits = [UInt128](repeating: 0, count: Self.exponents.count)
        // From one upwards, exactly.
        var power = WideNumber(1)
        for exponent in 0...Self.exponents.upperBound {
            bits[exponent - Self.exponents.lowerBound] = power.leadingBits(isExact: true)
            power.multiply(by: 10)
        }
        // Downwards, 1 as a number with more bits below the point than 10^292 has above it. What a division leaves over
        // is smaller than the bits that are kept, and 10^-k is never one of them: so each is rounded up.
        power = WideNumber(1, shiftedBy: 64 * 18)
        for exponent in 1 ... -Self.exponents.lowerBound {
            power.divide(by: 10)
            bits[-exponent - Self.exponents.lowerBound] = power.leadingBits(isExact: false)
        }
        self.bits = bits
    }

    @inline(__always)
    subscript(exponent: Int) -> UInt128 { bits[exponent &- Self.exponents.lowerBound] }
}

/// A whole number of any size, as far as the powers need one.
private struct WideNumber {
    /// The lowest first.
    private var words: [UInt64]

    init(_ value: UInt64, shiftedBy bits: Int = 0) {
        words = Array(repeating: 0, count: bits / 64) + [value]
    }

    mutating func multiply(by factor: UInt64) {
        var carry: UInt64 = 0
        for index in words.indices {
            let product = words[index].multipliedFullWidth(by: factor)
            let (low, overflow) = product.low.addingReportingOverflow(carry)
            words[index] = low
            carry = product.high + (overflow ? 1 : 0)
        }
        if carry > 0 { words.append(carry) }
    }

    /// Leaves out what is less than one.
    mutating func divide(by divisor: UInt64) {
        var rest: UInt64 = 0
        for index in words.indices.reversed() {
            (words[index], rest) = divisor.dividingFullWidth((rest, words[index]))
        }
        while words.last == 0 { words.removeLast() }
    }

    /// The 128 bits from the highest one on, rounded up unless all that follow are zero.
    func leadingBits(isExact: Bool) -> UInt128 {
        let top = words.count - 1
        let word = { (index: Int) in UInt128(index >= 0 ? words[index] : 0) }
        let shift = UInt128(words[top].leadingZeroBitCount)
        var bits = (word(top) << 64 | word(top - 1)) << shift
        if shift > 0 { bits |= word(top - 2) >> (64 - shift) }
        let isRest = word(top - 2) << (64 + shift) != 0 || words.dropLast(3).contains { $0 != 0 }
        return bits + (isRest || !isExact ? 1 : 0)
    }
}
