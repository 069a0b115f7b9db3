/// SplitMix64: a random sequence that its seed brings back.
package struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    /// The sequence that belongs to one operation, whatever came before it.
    package init(seed: UInt64, thread: Int, sequence: Int) {
        var first = SplitMix(seed: seed ^ (UInt64(thread) << 48) ^ UInt64(sequence))
        state = first.next()
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number below `bound`. The slight bias of the remainder does not matter here.
    package mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    /// `true` in so many of a hundred cases.
    package mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
}
