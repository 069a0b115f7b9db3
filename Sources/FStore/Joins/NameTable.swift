internal import FStoreLMDB

/// Gives each name a number, from 0 in the order of first occurrence.
///
/// A spine has a million names, most of which are short and occur often. So names are compared by their first and last
/// eight bytes, which one array holds side by side, and as a whole only where they are longer than that.
struct NameTable {
    /// The name of each number.
    private(set) var names: [EntityID] = []
    /// The beginning and the end of each name.
    private var ends: [Ends] = []
    /// Open addressing, at most half full. The upper half of a slot is the hash of a name, the lower half its number
    /// plus one; an empty slot is 0.
    private var slots = [UInt64](repeating: 0, count: 1024)
    /// Random, so that an attacker cannot choose names that collide.
    private let seed = UInt64.random(in: .min ... .max)

    /// The first and the last eight bytes of a name: all of it, if it is not longer than both.
    private struct Ends: Equatable {
        let byteCount: Int
        let first: UInt64
        let last: UInt64

        @inline(__always)
        init(_ name: RawSpan) {
            byteCount = name.byteCount
            first = name.leadingBytes(from: 0)
            last = byteCount < 8 ? 0 : name.leadingBytes(from: byteCount &- 8)
        }

        var isAll: Bool { byteCount <= 16 }
    }

    /// The number of `name`.
    mutating func number(of name: borrowing EntityID) -> UInt32 {
        let ends = Ends(name.bytes)
        let hash = hash(of: name.bytes, ends)
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let number = UInt32(truncatingIfNeeded: slots[slot]) - 1
            if slots[slot] >> 32 == UInt64(hash), self.ends[Int(number)] == ends,
                ends.isAll || names[Int(number)].bytes.isIdentical(to: name.bytes)
            {
                return number
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        precondition(names.count < UInt32.max, "more names than numbers")
        names.append(copy name)
        self.ends.append(ends)
        slots[slot] = UInt64(hash) << 32 | UInt64(names.count)
        if names.count * 2 > slots.count { grow() }
        return UInt32(names.count - 1)
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: old.count * 4)
        for entry in old where entry != 0 {
            var slot = Int(entry >> 32) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = entry
        }
    }

    @inline(__always)
    private func hash(of name: RawSpan, _ ends: Ends) -> UInt32 {
        var state = Self.mixed(seed ^ UInt64(ends.byteCount) ^ ends.first)
        var offset = 8
        while offset &+ 8 < name.byteCount {
            state = Self.mixed(state ^ name.leadingBytes(from: offset))
            offset &+= 8
        }
        state = Self.mixed(state ^ ends.last)
        return UInt32(truncatingIfNeeded: state >> 32)
    }

    /// A 64-by-64-bit product, its two halves combined by xor: every input bit reaches the upper ones.
    @inline(__always)
    private static func mixed(_ bits: UInt64) -> UInt64 {
        let product = bits.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low
    }
}
