internal import FStoreArrow
#if canImport(Glibc)
internal import Glibc
#else
internal import Musl
#endif

/// All bytes of standard input.
func readAll() -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = unsafe piece.withUnsafeMutableBytes { unsafe read(0, $0.baseAddress, $0.count) }
        if count <= 0 { return bytes }
        bytes.append(contentsOf: piece[..<count])
    }
}

func writeAll(_ bytes: [UInt8], to descriptor: Int32 = 1) {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
        if count <= 0 { exit(2) }
        rest = rest.dropFirst(count)
    }
}

func fail(_ reason: String) -> Never {
    writeAll(Array((reason + "\n").utf8), to: 2)
    exit(1)
}

/// The events of standard input, which is pushed in pieces.
func events(piece: Int = 1 << 16, checksText: Bool = true) throws(ArrowError) -> [ArrowStreamEvent] {
    let bytes = readAll()
    var reader = ArrowStreamReader(checksText: checksText)
    var events: [ArrowStreamEvent] = []
    var start = 0
    while start < bytes.count {
        let end = min(bytes.count, start + piece)
        reader.push(bytes[start..<end])
        while let event = try reader.next() { events.append(event) }
        start = end
    }
    try reader.finish()
    return events
}
