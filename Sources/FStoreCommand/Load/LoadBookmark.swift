internal import FStore
internal import FStoreText

/// How far a load has come: committed with each batch, so that it is always true.
struct LoadBookmark: Equatable {
    var isDone = false
    /// Where the next row begins in the input.
    var offset = 0
    /// The line of that row.
    var line = 0
    var rows = 0
    var cells = 0
    var rejected = 0
    /// How long the file of rejected rows was.
    var rejectBytes = 0
    var fingerprint: LoadFingerprint

    init(fingerprint: LoadFingerprint) {
        self.fingerprint = fingerprint
    }

    /// Reads what ``bytes`` has written. `nil` for anything else.
    init?(_ bytes: [UInt8]) {
        guard let value = try? JSONValue(bytes), case .bool(let isDone) = value["done"] else { return nil }
        func integer(_ name: String) -> Int? {
            guard case .number(let text) = value[name] else { return nil }
            return Int(text)
        }
        func hash(_ name: String) -> UInt64? {
            guard case .string(let text) = value[name] else { return nil }
            return UInt64(text, radix: 16)
        }
        guard let offset = integer("offset"), let line = integer("line"), let rows = integer("rows"),
            let cells = integer("cells"), let rejected = integer("rejected"), let rejectBytes = integer("reject_bytes"),
            let size = integer("size"), let head = hash("head"), let choices = hash("choices")
        else { return nil }
        self.isDone = isDone
        self.offset = offset
        self.line = line
        self.rows = rows
        self.cells = cells
        self.rejected = rejected
        self.rejectBytes = rejectBytes
        fingerprint = LoadFingerprint(size: size, head: head, choices: choices)
    }

    /// What the store keeps.
    var bytes: [UInt8] {
        var object = JSONObjectText()
        object.add("done", isDone)
        object.add("offset", offset)
        object.add("line", line)
        object.add("rows", rows)
        object.add("cells", cells)
        object.add("rejected", rejected)
        object.add("reject_bytes", rejectBytes)
        object.add("size", fingerprint.size)
        object.add("head", String(fingerprint.head, radix: 16))
        object.add("choices", String(fingerprint.choices, radix: 16))
        return object.bytes
    }
}
