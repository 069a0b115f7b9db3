internal import FStoreConnectors
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// What a handler replies.
struct Reply: Sendable {
    var status: Int
    var headers: HTTPFields = [:]
    /// The media type of the body; `nil` when there is none.
    var mediaType: String?
    var body: Body

    enum Body: Sendable {
        case none
        case bytes(ByteBuffer)
        /// Part of a file, which is read while it goes out.
        case file(FilePart)
        /// A file of this answer alone, which is gone when it is sent.
        case spool(TemporaryFile)
    }

    /// Some bytes of a file.
    struct FilePart: Sendable {
        let path: String
        let range: Range<Int>
    }

    init(status: Int, headers: HTTPFields = [:], mediaType: String?, body: Body) {
        self.status = status
        self.headers = headers
        self.mediaType = mediaType
        self.body = body
    }

    /// Bytes of the body.
    var byteCount: Int {
        switch body {
        case .none: 0
        case .bytes(let buffer): buffer.readableBytes
        case .file(let part): part.range.count
        case .spool(let file): file.byteCount
        }
    }

    /// Bytes of the body that are in memory.
    var heldBytes: Int {
        switch body {
        case .file, .spool: ResponseBody.sliceBytes
        case .none, .bytes: byteCount
        }
    }

    /// JSON that is already written.
    static func json(_ bytes: [UInt8], status: Int = 200, headers: HTTPFields = [:]) -> Reply {
        Reply(status: status, headers: headers, mediaType: "application/json", body: .bytes(ByteBuffer(bytes: bytes)))
    }

    /// Nothing to say: 204.
    static let empty = Reply(status: 204, mediaType: nil, body: .none)
}

extension Reply {
    /// JSON that the data plane has written.
    static func json(_ output: JSONBuffer, status: Int = 200, headers: HTTPFields = [:]) -> Reply {
        Reply(status: status, headers: headers, mediaType: "application/json", body: .bytes(output.byteBuffer))
    }
}
