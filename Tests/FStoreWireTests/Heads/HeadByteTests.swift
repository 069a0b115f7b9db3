import Testing

@testable import FStoreWire

/// The sets are constants of bits; here stand the characters they mean.
@Suite struct HeadByteTests {
    private static let alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

    @Test func `a token has letters, digits and the marks of RFC 9110`() {
        let expected = Set((Self.alphanumeric + "!#$%&'*+-.^_`|~").utf8)
        #expect(Set((0...UInt8.max).filter { HeadByte.isToken($0) }) == expected)
    }

    @Test func `the name of a host has letters, digits, dots, hyphens and what is percent-encoded`() {
        let expected = Set((Self.alphanumeric + "-._~%").utf8)
        #expect(Set((0...UInt8.max).filter { HeadByte.isHostName($0) }) == expected)
    }
}
