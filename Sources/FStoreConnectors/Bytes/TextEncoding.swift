/// How the text of a file is written.
package enum TextEncoding: String, CaseIterable, Sendable {
    case utf8 = "utf-8"
    /// Little-endian unless a byte order mark says otherwise.
    case utf16 = "utf-16"
    case latin1 = "iso-8859-1"
    case windows1252 = "windows-1252"

    /// - Parameter name: in any mix of capitals and small letters, with or without the sign between; `latin1`, `cp1252`
    ///   and `ascii` too.
    package init?(name: String) {
        switch name.lowercased().filter({ $0.isLetter || $0.isNumber }) {
        case "utf8", "ascii", "usascii": self = .utf8
        case "utf16", "utf16le", "utf16be": self = .utf16
        case "iso88591", "latin1": self = .latin1
        case "windows1252", "cp1252": self = .windows1252
        default: return nil
        }
    }
}

/// Turns text of another encoding into UTF-8.
package final class TextDecoder: InputDecoder {
    private let encoding: TextEncoding
    private let path: String
    private var isBigEndian: Bool
    private var isAtStart = true
    /// A byte whose unit is not whole yet.
    private var half: UInt8?
    /// The first half of a pair that stands for one character.
    private var highSurrogate: UInt16?
    private var offset = 0

    /// - Parameter name: the encoding as it was named: `utf-16be` tells the order of the bytes.
    package init(_ encoding: TextEncoding, name: String, path: String) {
        self.encoding = encoding
        self.path = path
        isBigEndian = name.lowercased().hasSuffix("be")
    }

    package func decode(_ bytes: ArraySlice<UInt8>, isEnd: Bool, into output: inout [UInt8]) throws(InputError) {
        output.reserveCapacity(output.count + bytes.count * 2)
        switch encoding {
        case .utf8: output.append(contentsOf: bytes)
        case .latin1: for byte in bytes { Self.append(UInt32(byte), to: &output) }
        case .windows1252:
            for byte in bytes {
                offset += 1
                try append1252(byte, to: &output)
            }
        case .utf16:
            for byte in bytes {
                offset += 1
                guard let first = half else {
                    half = byte
                    continue
                }
                half = nil
                let unit = isBigEndian ? UInt16(first) << 8 | UInt16(byte) : UInt16(byte) << 8 | UInt16(first)
                try append16(unit, to: &output)
            }
            if isEnd, half != nil || highSurrogate != nil { throw unfit("ends within a character") }
        }
    }

    private func append16(_ unit: UInt16, to output: inout [UInt8]) throws(InputError) {
        if isAtStart {
            isAtStart = false
            if unit == 0xFEFF { return }
            if unit == 0xFFFE {
                isBigEndian.toggle()
                return
            }
        }
        if let high = highSurrogate {
            guard (0xDC00...0xDFFF).contains(unit) else { throw unfit("has half of a pair of surrogates") }
            highSurrogate = nil
            Self.append(0x10000 + (UInt32(high) - 0xD800) << 10 + (UInt32(unit) - 0xDC00), to: &output)
        } else if (0xD800...0xDBFF).contains(unit) {
            highSurrogate = unit
        } else if (0xDC00...0xDFFF).contains(unit) {
            throw unfit("has half of a pair of surrogates")
        } else {
            Self.append(UInt32(unit), to: &output)
        }
    }

    /// What stands at 0x80 to 0x9F; 0 where nothing does.
    private static let upper1252: [UInt32] = [
        0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
        0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E,
        0x0178,
    ]

    private func append1252(_ byte: UInt8, to output: inout [UInt8]) throws(InputError) {
        guard (0x80...0x9F).contains(byte) else { return Self.append(UInt32(byte), to: &output) }
        let scalar = Self.upper1252[Int(byte) - 0x80]
        if scalar == 0 { throw unfit("has a byte 0x\(String(byte, radix: 16)), which stands for nothing") }
        Self.append(scalar, to: &output)
    }

    private func unfit(_ reason: String) -> InputError {
        .cannotDecode(path: path, reason: "it is not \(encoding.rawValue): it \(reason) (byte \(offset))")
    }

    private static func append(_ scalar: UInt32, to output: inout [UInt8]) {
        if scalar < 0x80 { return output.append(UInt8(scalar)) }
        if scalar < 0x800 {
            output.append(UInt8(0xC0 | scalar >> 6))
        } else {
            if scalar < 0x10000 {
                output.append(UInt8(0xE0 | scalar >> 12))
            } else {
                output.append(UInt8(0xF0 | scalar >> 18))
                output.append(UInt8(0x80 | scalar >> 12 & 0x3F))
            }
            output.append(UInt8(0x80 | scalar >> 6 & 0x3F))
        }
        output.append(UInt8(0x80 | scalar & 0x3F))
    }
}
