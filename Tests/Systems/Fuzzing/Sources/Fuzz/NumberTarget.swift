@testable internal import FStoreHTTP
internal import FStoreText
internal import Glibc

/// Numbers, against the C library.
enum NumberTarget {
    static func run(_ bytes: [UInt8]) {
        readText(bytes)
        guard bytes.count >= 8 else { return }
        let pattern = bytes[..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        writeDouble(Double(bitPattern: pattern))
        writeDouble(Double(Int64(bitPattern: pattern) >> Int64(pattern & 63)))
        writeInteger(Int64(bitPattern: pattern))
        writeInteger(Int64(bitPattern: pattern) >> Int64(pattern & 63))
    }

    private static func readText(_ bytes: [UInt8]) {
        if bytes.contains(0) { return }
        let text = String(decoding: bytes, as: UTF8.self)
        require(NumberText.integer(bytes.span) == Int64(text), "whole numbers are read as the standard library does")
        let number = NumberText.double(bytes.span)
        require(number?.bitPattern == Double(text)?.bitPattern, "numbers are read as the standard library does")
        guard let number, bytes.allSatisfy({ "0123456789.eE+-".utf8.contains($0) }) else { return }
        var end: UnsafeMutablePointer<CChar>?
        let (value, count) = text.withCString { start in
            let value = strtod(start, &end)
            return (value, end.map { start.distance(to: UnsafePointer($0)) } ?? 0)
        }
        require(count == bytes.count, "the C library reads all of a number")
        require(value.bitPattern == number.bitPattern, "the C library reads the same number")
    }

    private static func writeDouble(_ number: Double) {
        guard number.isFinite else { return }
        let buffer = JSONBuffer(capacity: 1)
        buffer.append(number)
        let text = String(decoding: JSONTarget.bytes(buffer), as: UTF8.self)
        require(strtod(text, nil).bitPattern == number.bitPattern, "a number is read as it was written")
        require(text == number.description, "numbers are written as the standard library does")
    }

    private static func writeInteger(_ number: Int64) {
        let buffer = JSONBuffer(capacity: 1)
        buffer.append(number)
        let bytes = JSONTarget.bytes(buffer)
        require(String(decoding: bytes, as: UTF8.self) == String(number), "whole numbers are written as they are")
        require(NumberText.integer(bytes.span) == number, "a whole number is read as it was written")
    }
}
