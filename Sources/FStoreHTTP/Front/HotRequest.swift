internal import FStoreWire

/// A request of exactly the form that the fast path answers.
enum HotRequest {
    /// `GET /api/v1/features/{reference}/values?entity_ids=…`
    case values(reference: Range<Int>)
    /// `POST /api/v1/features/{reference}/values`
    case write(reference: Range<Int>)
    /// `POST /api/v1/online/read`
    case onlineRead
    /// `POST /api/v1/online/write`
    case onlineWrite

    private static let features: StaticString = "/api/v1/features/"
    private static let values: StaticString = "/values"
    private static let read: StaticString = "/api/v1/online/read"
    private static let onlineWriting: StaticString = "/api/v1/online/write"

    /// Questions that are answered on the event loop; larger ones take longer than other connections should wait.
    static let maxQuestionBytes = 65_536
    /// The same for values to be written.
    static let maxWriteBytes = 4096

    /// - Returns: `nil` for everything else, which goes on to the HTTP decoder.
    init?(_ head: RequestHead, _ bytes: Span<UInt8>) {
        if head.isUnusual || head.hasOtherMeaning || head.contentLength > Self.maxQuestionBytes { return nil }
        switch head.method {
        case .get:
            guard head.contentLength == 0, let reference = Self.reference(head.path, bytes) else { return nil }
            self = .values(reference: reference)
        case .post:
            guard head.query.isEmpty, head.contentLength > 0, let type = head.contentType,
                Self.isJSON(bytes.extracting(type))
            else { return nil }
            if Self.matches(bytes.extracting(head.path), Self.read) {
                self = .onlineRead
            } else if head.contentLength > Self.maxWriteBytes {
                return nil
            } else if Self.matches(bytes.extracting(head.path), Self.onlineWriting) {
                self = .onlineWrite
            } else if let reference = Self.reference(head.path, bytes) {
                self = .write(reference: reference)
            } else {
                return nil
            }
        case .other: return nil
        }
    }

    private static func isJSON(_ type: Span<UInt8>) -> Bool {
        matches(type, "application/json")
    }

    private static func reference(_ path: Range<Int>, _ bytes: Span<UInt8>) -> Range<Int>? {
        let (prefix, suffix) = (features.utf8CodeUnitCount, values.utf8CodeUnitCount)
        guard path.count > prefix + suffix,
            matches(bytes.extracting(path.lowerBound..<(path.lowerBound + prefix)), features),
            matches(bytes.extracting((path.upperBound - suffix)..<path.upperBound), values)
        else { return nil }
        let reference = (path.lowerBound + prefix)..<(path.upperBound - suffix)
        for index in reference where bytes[index] == UInt8(ascii: "/") { return nil }
        return reference
    }

    private static func matches(_ bytes: Span<UInt8>, _ text: StaticString) -> Bool {
        guard bytes.count == text.utf8CodeUnitCount else { return false }
        for index in bytes.indices where bytes[index] != text.byte(at: index) { return false }
        return true
    }
}
