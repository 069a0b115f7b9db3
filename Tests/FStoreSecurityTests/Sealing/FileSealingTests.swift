import FStoreSecurity
import Testing

@Suite("Sealed files")
struct FileSealingTests {
    private static func key(_ byte: UInt8) throws -> FileSecret {
        .key(try #require(SealingKey([UInt8](repeating: byte, count: 32))))
    }

    private static func sealed(_ plain: [UInt8], _ secret: FileSecret, name: String = "values.mdb") throws -> [UInt8] {
        var sealer = try FileSealer(secret, name: name)
        var result = sealer.prefix
        // In uneven parts, as a pipe gives them.
        var position = 0
        while position < plain.count {
            let end = min(plain.count, position + 10_007)
            result += sealer.add(plain[position..<end])
            position = end
        }
        return result + sealer.finish()
    }

    private static func opened(_ sealed: [UInt8], _ secret: FileSecret, name: String = "values.mdb") throws -> [UInt8] {
        var opener = FileOpener(secret, name: name)
        var result: [UInt8] = []
        var position = 0
        while position < sealed.count {
            let end = min(sealed.count, position + 9001)
            result += try opener.add(sealed[position..<end])
            position = end
        }
        result += try opener.finish()
        let isComplete = opener.isComplete
        #expect(isComplete)
        return result
    }

    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 131_072, 300_001])
    func `what was sealed opens, whatever its length`(count: Int) throws {
        let plain = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let sealed = try Self.sealed(plain, Self.key(7))
        #expect(try Self.opened(sealed, Self.key(7)) == plain)
        if count > 32 { #expect(!sealed.contains([UInt8](plain[0..<32]))) }
    }

    @Test func `a passphrase opens what it has sealed, and nothing else does`() throws {
        let sealed = try Self.sealed([1, 2, 3], .passphrase(Array("correct horse".utf8)))
        #expect(try Self.opened(sealed, .passphrase(Array("correct horse".utf8))) == [1, 2, 3])
        #expect(throws: FileSealingError.refused) {
            try Self.opened(sealed, .passphrase(Array("correct horsf".utf8)))
        }
        #expect(throws: FileSealingError.otherKind(isPassphrase: true)) { try Self.opened(sealed, Self.key(7)) }
    }

    @Test func `another key, another file, a cut and every changed byte are noticed`() throws {
        let plain = [UInt8](repeating: 9, count: 70_000)
        let sealed = try Self.sealed(plain, Self.key(7))
        #expect(throws: FileSealingError.refused) { try Self.opened(sealed, Self.key(8)) }
        #expect(throws: FileSealingError.refused) { try Self.opened(sealed, Self.key(7), name: "catalog.sqlite") }
        for count in [0, 8, 48, 60, 65_600, sealed.count - 1] {
            #expect(throws: FileSealingError.self) { try Self.opened(Array(sealed.prefix(count)), Self.key(7)) }
        }
        // At the seam of two pieces, where a file that was cut off still has whole ones.
        #expect(throws: FileSealingError.self) { try Self.opened(Array(sealed.prefix(49 + 65_553)), Self.key(7)) }
        #expect(throws: FileSealingError.self) { try Self.opened(sealed + [0], Self.key(7)) }
        for position in stride(from: 0, to: sealed.count, by: 997) {
            var changed = sealed
            changed[position] ^= 1
            #expect(throws: FileSealingError.self, "\(position)") { try Self.opened(changed, Self.key(7)) }
        }
    }
}
