import FStoreSecurity
import Testing

@Suite("The audit chain")
struct AuditChainTests {
    private let chain: AuditChain
    private let entries = (0..<20).map { Array("entry \($0)".utf8) }

    init() throws {
        chain = AuditChain(key: try #require(SealingKey([UInt8](1...32))))
    }

    private func links(_ entries: [[UInt8]]) -> [[UInt8]] {
        var links: [[UInt8]] = []
        for entry in entries { links.append(chain.link(after: links.last ?? AuditChain.beginning, entry: entry)) }
        return links
    }

    /// The first position at which a stored list does not agree with its links.
    private func firstWrong(_ list: [(entry: [UInt8], link: [UInt8])]) -> Int? {
        var previous = AuditChain.beginning
        for (position, item) in list.enumerated() {
            if chain.link(after: previous, entry: item.entry) != item.link { return position }
            previous = item.link
        }
        return nil
    }

    /// Stored chains must be read for ever. Computed with Python's `hmac`.
    @Test func `gives the known answers`() {
        let first = chain.link(after: AuditChain.beginning, entry: Array("first".utf8))
        #expect(hexadecimal(first) == "cc3281e51028e8fae16f3d3f1ba4f56fb5d36908d122785769c856cd71fe5ccd")
        let second = chain.link(after: first, entry: Array("second".utf8))
        #expect(hexadecimal(second) == "cca72ae8c44ab6d58566a9cbcbae96e5aab01069c76f49827d0a48945a1dfd2b")
        let mark = chain.mark("anchor", second)
        #expect(hexadecimal(mark) == "a7deb6f580d26f50b26872ec15973dfcf712c1f3559e1c99b8a876acbfc98013")
        #expect(chain.isMark(mark, of: "anchor", second))
    }

    @Test func `an entry that was changed, dropped, added or swapped is found`() {
        let whole = Array(zip(entries, links(entries)).map { (entry: $0, link: $1) })
        #expect(firstWrong(whole) == nil)
        for position in 0..<19 {
            var changed = whole
            changed[position].entry[0] ^= 1
            #expect(firstWrong(changed) == position)
            changed = whole
            changed[position].link[31] ^= 1
            #expect(firstWrong(changed) == position)
            changed = whole
            changed.remove(at: position)
            #expect(firstWrong(changed) == position)
            changed = whole
            changed.insert(whole[position], at: position)
            #expect(firstWrong(changed) == position + 1)
            changed = whole
            changed.swapAt(position, position + 1)
            #expect(firstWrong(changed) == position)
        }
    }

    @Test func `another key makes another chain`() throws {
        let other = AuditChain(key: try #require(SealingKey([UInt8](2...33))))
        #expect(
            other.link(after: AuditChain.beginning, entry: [1]) != chain.link(after: AuditChain.beginning, entry: [1])
        )
        #expect(!other.isMark(chain.mark("a", [1]), of: "a", [1]))
    }

    @Test func `a mark stands for its label and bytes and nothing else`() {
        let mark = chain.mark("anchor", [1, 2, 3])
        #expect(!chain.isMark(mark, of: "ancho", Array("r".utf8) + [1, 2, 3]))
        #expect(!chain.isMark(mark, of: "Anchor", [1, 2, 3]))
        #expect(!chain.isMark(mark, of: "anchor", [1, 2, 4]))
        #expect(!chain.isMark(mark, of: "anchor", [1, 2]))
        #expect(!chain.isMark([], of: "anchor", [1, 2, 3]))
        for position in mark.indices {
            var changed = mark
            changed[position] ^= 0x80
            #expect(!chain.isMark(changed, of: "anchor", [1, 2, 3]))
        }
    }

    @Test func `a link is no mark`() {
        // The bytes that are signed are the same: 32 of them, of which the first is the length of the label.
        let previous = [31] + [UInt8](repeating: UInt8(ascii: "a"), count: 31)
        let link = chain.link(after: previous, entry: [7])
        #expect(!chain.isMark(link, of: String(repeating: "a", count: 31), [7]))
    }
}
