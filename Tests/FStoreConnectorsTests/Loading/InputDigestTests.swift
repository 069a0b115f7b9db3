import FStoreConnectors
import Testing

@Suite("The digest of an input")
struct InputDigestTests {
    private static func digest(_ bytes: [UInt8], in chunk: Int) -> UInt64 {
        var digest = InputDigest()
        var rest = bytes[...]
        while !rest.isEmpty {
            digest.add(Array(rest.prefix(chunk)).span)
            rest = rest.dropFirst(chunk)
        }
        return digest.value
    }

    @Test func `chunks do not matter`() {
        let bytes = (0..<100).map { UInt8($0 * 7 & 0xFF) }
        for chunk in 1...100 { #expect(Self.digest(bytes, in: chunk) == Self.digest(bytes, in: 100)) }
    }

    @Test func `a change of any byte and any length shows`() {
        let bytes = [UInt8](repeating: 0, count: 64)
        var digests: Set<UInt64> = [Self.digest(bytes, in: 64)]
        for index in bytes.indices {
            var changed = bytes
            changed[index] = 1
            digests.insert(Self.digest(changed, in: 64))
            digests.insert(Self.digest(Array(bytes.prefix(index)), in: 64))
        }
        #expect(digests.count == 129)
    }
}
