internal import FStoreLMDB

/// What a feature's values belong to: a customer, an aircraft, an airport.
///
/// UTF-8 text of 1 to 255 bytes, compared byte for byte: nothing is folded, trimmed or normalized.
public struct EntityID: Sendable {
    /// The text.
    public let text: String

    /// The name of an entity.
    ///
    /// - Throws: ``LimitError`` when the text is empty or longer than ``StoreLimits/entityBytes``.
    public init(_ text: String) throws(LimitError) {
        try self.init(checking: text)
    }

    private init(checking text: String) throws(LimitError) {
        let count = text.utf8.count
        guard StoreLimits.entityBytes.contains(count) else {
            throw LimitError(.entityBytes, allowed: StoreLimits.entityBytes, given: count)
        }
        var contiguous = text
        contiguous.makeContiguousUTF8()
        self.text = contiguous
    }

    /// Bytes that came out of the store, where they were checked on their way in.
    init(stored bytes: RawSpan) {
        text = String(decoding: bytes.copied, as: UTF8.self)
    }

    /// The text as the store has it.
    var bytes: RawSpan {
        @_lifetime(borrow self)
        get { text.utf8Span.span.raw }
    }

    /// How many bytes the text has.
    public var byteCount: Int { text.utf8.count }
}

extension EntityID: ExpressibleByStringLiteral {
    /// A name that is a literal in the program: `"JFK"`. Traps when it is empty or longer than
    /// ``StoreLimits/entityBytes``; names that come from elsewhere go through ``init(_:)``, which throws.
    public init(stringLiteral text: String) {
        do throws(LimitError) {
            try self.init(checking: text)
        } catch {
            preconditionFailure("the literal \"\(text)\" cannot be the name of an entity: \(error)")
        }
    }
}

extension EntityID: Hashable, Comparable, CustomStringConvertible {
    /// Equal byte for byte: unlike `String`, two spellings of the same character differ.
    public static func == (left: EntityID, right: EntityID) -> Bool {
        left.bytes.isIdentical(to: right.bytes)
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        let bytes = bytes
        for offset in stride(from: 0, to: bytes.byteCount, by: 8) { hasher.combine(bytes.leadingBytes(from: offset)) }
        hasher.combine(bytes.byteCount)
    }

    /// The order of the store: shorter entities first, entities of one length byte by byte.
    public static func < (left: EntityID, right: EntityID) -> Bool {
        let (left, right) = (left.bytes, right.bytes)
        return left.byteCount == right.byteCount ? left.precedes(right) : left.byteCount < right.byteCount
    }

    /// The text.
    public var description: String { text }
}
