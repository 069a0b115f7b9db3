internal import FStore
internal import FStoreIdentity
internal import FStoreServices
internal import FStoreWire
internal import NIOCore

/// Writes the answers of the fast path, with the same bytes as the slow path. One for each event loop.
final class FastAnswers {
    /// What the head of an answer says besides its status.
    struct Form {
        let requestID: String
        let time: RequestTime
        /// What is left of the limit, and of which.
        var reading: RateMeter.Reading?
        /// Which of the allowed origins the page has that asks.
        var origin: Int?
    }

    /// The body, which is written before its head.
    let body: JSONBuffer
    private let packed: JSONBuffer
    private let head = JSONBuffer(capacity: 1024)
    private var date = DateLine()
    private let crossOrigin: CrossOrigin?
    private lazy var gzip = GzipWriter()
    private var knownCodings: (text: [UInt8], takesGzip: Bool) = ([], false)

    /// - Parameter maxBytes: of a body.
    init(maxBytes: Int, _ crossOrigin: CrossOrigin?) {
        body = JSONBuffer(capacity: 16_384, limit: maxBytes)
        packed = JSONBuffer(limit: maxBytes)
        self.crossOrigin = crossOrigin
    }

    /// Puts head and body behind what `output` holds.
    func write(_ form: borrowing Form, status: Int, error: APIError?, into output: inout ByteBuffer) {
        writeHead(form, status: status, error: error, bytes: body.count, isCompressed: false)
        head.write(to: &output)
        body.write(to: &output)
    }

    // MARK: Compression

    /// Bytes of a body that are compressed here: others of the event loop wait half a millisecond for it.
    static let maxCompressedBytes = 65_536

    /// Whether the body is to be compressed.
    ///
    /// - Parameter accepted: the `Accept-Encoding` header. A client sends the same each time, so that it is read once.
    @inline(__always)
    func isCompressed(for accepted: Span<UInt8>) -> Bool { body.count > GzipWriter.minBytes && takesGzip(accepted) }

    private func takesGzip(_ accepted: Span<UInt8>) -> Bool {
        let known = knownCodings.text
        if !known.span.isEqual(to: accepted) {
            guard let text = PlainValue.text(accepted) else { return false }
            knownCodings = (Array(text.utf8), GzipWriter.isWanted(text))
        }
        return knownCodings.takesGzip
    }

    /// Puts head and compressed body behind what `output` holds, and nothing when the body becomes no smaller.
    func writeCompressed(_ form: borrowing Form, into output: inout ByteBuffer) -> Bool {
        gzip.compress(body, into: packed)
        if packed.count == 0 { return false }
        writeHead(form, status: 200, error: nil, bytes: packed.count, isCompressed: true)
        head.write(to: &output)
        packed.write(to: &output)
        return true
    }

    // MARK: Heads

    /// The head, with its headers in the order of the slow path.
    private func writeHead(
        _ form: borrowing Form,
        status: Int,
        error: APIError?,
        bytes: Int,
        isCompressed: Bool
    ) {
        head.removeAll()
        switch status {
        case 200: head.append("HTTP/1.1 200 OK\r\n")
        case 201: head.append("HTTP/1.1 201 Created\r\n")
        default:
            head.append("HTTP/1.1 ")
            head.append(status)
            head.append(" \(StatusText.text(status))\r\n")
        }
        head.append("Content-Type: application/json\r\n")
        for field in error?.headers ?? [] { head.append("\(field.name): \(field.value)\r\n") }
        if isCompressed { head.append("Content-Encoding: gzip\r\n") }
        head.append("Content-Length: ")
        head.append(bytes)
        head.append("\r\n")
        if let reading = form.reading {
            RateHeaders(reading, at: form.time.now)
                .write(
                    name: {
                        head.append($0)
                        head.append(": ")
                    },
                    text: { head.append($0) },
                    number: { head.append($0) },
                    end: { head.append("\r\n") }
                )
        }
        if crossOrigin != nil || body.count > GzipWriter.minBytes { writeVariance(form.origin) }
        head.append("X-Request-ID: ")
        head.append(form.requestID)
        head.append("\r\nX-Content-Type-Options: nosniff\r\n")
        date.update(form.time.now.nanoseconds / 1_000_000_000)
        head.append(date.bytes)
        head.append("\r\n")
    }

    /// Who may read the answer, and what it depends on.
    private func writeVariance(_ origin: Int?) {
        for field in crossOrigin?.fields(origin) ?? [] { head.append("\(field.name): \(field.value)\r\n") }
        if let vary = AnswerVariance.header(crossOrigin, isCompressible: body.count > GzipWriter.minBytes) {
            head.append("Vary: \(vary)\r\n")
        }
    }
}
