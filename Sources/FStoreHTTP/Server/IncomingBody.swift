internal import HummingbirdCore
internal import NIOCore

/// The body of a request as it comes in. Who reads it asks the client for it, when the client waits to be asked, and
/// gets it decoded.
struct IncomingBody: Sendable {
    typealias Chunks = HummingbirdCore.RequestBody

    private let chunks: Chunks
    /// Where a client is told to go on that waits to hear so.
    private let waiting: (any Channel)?
    /// The most that a compressed body may become; `nil` for one that comes as it is.
    private let maxDecodedBytes: Int?
    /// Counts what is held of it.
    private let bytes: RequestBytes?

    /// - Parameters:
    ///   - waiting: the connection of a client that waits for `100 Continue`.
    ///   - maxDecodedBytes: the most that a body which gzip has compressed may become; `nil` when it comes as it is.
    ///   - bytes: counts what is held of it.
    init(_ chunks: Chunks, waiting: (any Channel)?, maxDecodedBytes: Int?, bytes: RequestBytes?) {
        self.chunks = chunks
        self.waiting = waiting
        self.maxDecodedBytes = maxDecodedBytes
        self.bytes = bytes
    }

    /// Begins to read: nothing in the request's head was a reason to refuse it.
    func reader() -> Reader {
        waiting?.triggerUserOutboundEvent(BodyWanted(), promise: nil)
        return Reader(
            chunks: chunks.makeAsyncIterator(),
            gzip: maxDecodedBytes.map { GzipReader(maxBytes: $0) },
            bytes: bytes
        )
    }

    struct Reader {
        fileprivate var chunks: Chunks.AsyncIterator
        fileprivate let gzip: GzipReader?
        fileprivate let bytes: RequestBytes?

        /// The next part of the body; `nil` behind the last.
        ///
        /// - Throws: 400 when its chunks are not what HTTP says, it ends before its end or is not what its coding says,
        ///   413 when it becomes too large, 503 when it had to go for others.
        mutating func next() async throws -> ByteBuffer? {
            guard let gzip else { return try await chunk() }
            do throws(GzipReader.Problem) {
                if let piece = try gzip.next() { return piece }
            } catch {
                throw APIError(error)
            }
            while let chunk = try await chunk() {
                gzip.append(chunk)
                do throws(GzipReader.Problem) {
                    if let piece = try gzip.next() { return piece }
                } catch {
                    throw APIError(error)
                }
            }
            do throws(GzipReader.Problem) { try gzip.finish() } catch { throw APIError(error) }
            return nil
        }

        /// The next bytes as they came. When they cannot be read, nobody knows where the next request would begin, so
        /// the connection is closed.
        private mutating func chunk() async throws -> ByteBuffer? {
            do {
                return try await chunks.next()
            } catch {
                var refusal =
                    bytes?.eviction() ?? APIError.malformed("the body ended early, or is not valid chunked encoding")
                refusal.headers.append(("Connection", "close"))
                throw refusal
            }
        }
    }
}

extension APIError {
    /// Why a body that came compressed is not taken.
    init(_ problem: GzipReader.Problem) {
        switch problem {
        case .invalid: self = .malformed("the Content-Encoding is gzip, but the body is not valid gzip")
        case .cutShort: self = .malformed("the gzip data of the body are cut off")
        case .tooLarge(let limit):
            self = .bodyTooLarge(limit, "the body has more than \(limit) bytes when decompressed")
        case .tooDense(let ratio):
            self = .bodyTooLarge(
                nil,
                "the body becomes more than \(ratio) times larger when decompressed; send it uncompressed, or in parts"
            )
            details.append(("limit_ratio", .integer(ratio)))
        }
    }

    /// 413.
    static func bodyTooLarge(_ limitBytes: Int?, _ message: String) -> APIError {
        APIError(
            status: 413,
            code: .payloadTooLarge,
            message: message,
            details: limitBytes.map { [("limit_bytes", .integer($0))] } ?? []
        )
    }
}
