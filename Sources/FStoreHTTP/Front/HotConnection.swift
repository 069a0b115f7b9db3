internal import FStore
internal import FStoreServices
internal import FStoreWire
internal import NIOCore

/// The fast path of an event loop as one connection uses it, with what the connection remembers.
struct HotConnection: HotAnswering {
    /// `nil` hands every request on.
    let path: FastPath?
    /// Tells whose credential is valid; without it nobody's is.
    let gate: Gate?
    let time: TimeSource
    /// Called on the writer's thread when a batch is committed or refused.
    var complete: @Sendable (FastWrite.Result) -> Void = { _ in }
    private var memory = FastPath.Memory()

    init(path: FastPath?, gate: Gate?, time: TimeSource = .system) {
        self.path = path
        self.gate = gate
        self.time = time
    }

    /// Whose connection it is, as far as hot requests have told.
    var organization: Int64? { memory.organization }

    func form(of head: RequestHead, _ bytes: Span<UInt8>) -> HotRequest? {
        path.flatMap { HotRequest(head, bytes, $0.routes) }
    }

    mutating func answer(
        _ form: HotRequest,
        _ head: RequestHead,
        _ bytes: Span<UInt8>,
        into output: inout ByteBuffer
    ) -> HotOutcome {
        guard let path else { return .declined }
        return path.answer(form, head, bytes, memory: &memory, into: &output, complete: complete)
    }

    /// Whether the value of an `Authorization` or `X-API-Key` header names a key that opens something.
    func isKnown(_ header: Span<UInt8>) -> Bool {
        guard let gate else { return false }
        var start = 0
        for index in header.indices where header[index] == 0x20 { start = index + 1 }
        return gate.entry(for: header.extracting(start..<header.count), at: time.now().nanoseconds) != nil
    }
}
