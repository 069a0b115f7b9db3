import FStoreLMDB
import Testing

@testable import FStore

@Suite("Checksums")
struct ChecksumTests {
    @Test func `the check value of the standard`() {
        let digits = Array("123456789".utf8)
        let none: [UInt8] = []
        #expect(checksum(digits.span.raw, none.span.raw) == 0xE306_9283)
        #expect(portableChecksum(digits.span.raw, none.span.raw) == 0xE306_9283)
    }

    @Test func `the instruction and the tables agree on every length and every split`() {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<64).map { _ in UInt8.random(in: 0...255, using: &generator) }
        for length in 0...64 {
            for split in 0...length {
                let first = Array(bytes[..<split])
                let second = Array(bytes[split..<length])
                #expect(checksum(first.span.raw, second.span.raw) == portableChecksum(first.span.raw, second.span.raw))
            }
        }
    }

    @Test func `a checksum that is begun ends like one over all bytes`() {
        for length in 0...64 {
            let start = (0..<13).map { _ in UInt8.random(in: 0...255) }
            let number = UInt32.random(in: 0...UInt32.max)
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255) }
            let first = start + (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
            let begun = ChecksumState(start.span.raw)
            let expected = portableChecksum(first.span.raw, bytes.span.raw)
            #expect(begun.checksum(bigEndian: number, bytes.span.raw) == expected, "\(length) bytes")
        }
    }
}
