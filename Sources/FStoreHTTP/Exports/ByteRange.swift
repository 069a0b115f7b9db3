/// The header `Range` of a request for part of a file (RFC 9110).
enum ByteRange {
    case all
    case part(Range<Int>)
    case notSatisfiable

    /// - Parameters:
    ///   - header: its text; `nil` when there is none. What is not one range of bytes is ignored, as the RFC allows.
    ///   - size: bytes of the file.
    init(_ header: String?, size: Int) {
        self = .all
        guard let header, header.lowercased().hasPrefix("bytes="), !header.contains(",") else { return }
        let parts = header.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.allSatisfy(\.isASCIIDigit) }) else { return }
        let (first, last) = (Int(parts[0]), Int(parts[1]))
        // More digits than a number has are beyond every file.
        if !parts[0].isEmpty, first == nil {
            self = .notSatisfiable
            return
        }
        switch (first, last) {
        case (nil, nil): if !parts[1].isEmpty { self = size > 0 ? .part(0..<size) : .notSatisfiable }
        case (nil, let count?): self = count > 0 && size > 0 ? .part(max(0, size - count)..<size) : .notSatisfiable
        case (let first?, let last):
            if let last, last < first { return }
            self = first < size ? .part(first..<min(size, (last ?? size - 1) + 1)) : .notSatisfiable
        }
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
