/// Links the entries of an append-only list, so that a change in the middle is noticed.
///
/// Each entry is stored with a code over the code before it and its own bytes (HMAC-SHA-256). Who changes, drops, adds
/// or swaps an entry would have to make every later code anew, and needs the key for it. That the *end* was cut off
/// shows only beside a ``mark(_:_:)`` which was made of the newest code and is kept elsewhere.
package struct AuditChain: Sendable {
    /// The length of every link and mark in bytes.
    package static let byteCount = 32
    /// What the first entry of a list is linked to: 32 zero bytes.
    package static let beginning = [UInt8](repeating: 0, count: byteCount)

    // One key for each kind: a link can never be passed off as a mark.
    private let links: SealingKey
    private let marks: SealingKey

    /// A chain whose keys are derived from `key`.
    package init(key: SealingKey) {
        links = key.derived(for: "audit link 1")
        marks = key.derived(for: "audit mark 1")
    }

    /// The link of an entry.
    ///
    /// - Parameter previous: the link of the entry before, or ``beginning``. It has 32 bytes.
    package func link(after previous: [UInt8], entry: [UInt8]) -> [UInt8] {
        precondition(previous.count == Self.byteCount, "a link has 32 bytes")
        return HMAC.code(of: (previous + entry).span, key: links)
    }

    /// A signature of `bytes`, such as the sequence number and link at which a list was cut on purpose.
    ///
    /// - Parameter label: says what is signed; the mark of one kind does not pass for another. At most 255 bytes.
    package func mark(_ label: String, _ bytes: [UInt8]) -> [UInt8] {
        HMAC.code(of: Self.marked(label, bytes).span, key: marks)
    }

    /// Whether `mark` is what ``mark(_:_:)`` gives. Its time does not tell how much of the mark is right.
    package func isMark(_ mark: [UInt8], of label: String, _ bytes: [UInt8]) -> Bool {
        HMAC.isCode(mark, of: Self.marked(label, bytes).span, key: marks)
    }

    /// The length of the label stands first: otherwise bytes could move from the label to what it labels.
    private static func marked(_ label: String, _ bytes: [UInt8]) -> [UInt8] {
        let label = Array(label.utf8)
        precondition(label.count <= 255, "the label of a mark has at most 255 bytes")
        return [UInt8(label.count)] + label + bytes
    }
}
