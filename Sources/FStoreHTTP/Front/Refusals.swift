internal import FStore
internal import FStoreWire
internal import NIOCore

/// Answers to requests that never become one: written without the help of an HTTP encoder.
struct Refusals: Sendable {
    let metrics: RequestMetrics

    func write(_ refusal: Refusal, into output: inout ByteBuffer) {
        let error = APIError(refusal)
        let now = Timestamp.now()
        var generator = SystemRandomNumberGenerator()
        let requestID = RequestIdentity.make(at: now.nanoseconds / 1_000_000, using: &generator)
        let body = ErrorBody.bytes(error, owner: .house, requestID: requestID, path: "", at: now)
        var date = DateLine()
        date.update(now.nanoseconds / 1_000_000_000)
        output.writeString("HTTP/1.1 \(error.status) \(StatusText.text(error.status))\r\n")
        output.writeString("Content-Type: application/json\r\nContent-Length: \(body.count)\r\nConnection: close\r\n")
        for field in error.headers { output.writeString("\(field.name): \(field.value)\r\n") }
        output.writeString("X-Request-ID: \(requestID)\r\nX-Content-Type-Options: nosniff\r\n")
        output.writeBytes(date.bytes)
        output.writeString("\r\n")
        output.writeBytes(body)
        metrics.count(nil, status: error.status, nanoseconds: 0)
    }
}
