import Foundation
import Glibc

/// A connection to a server, byte by byte: nothing between the test and what goes over the wire.
package final class HTTPSocket {
    package enum Failure: Error {
        case connect(Int32)
        case write(Int32)
        /// Nothing came for too long, or the connection was closed in the middle; what came so far.
        case incomplete(String)
    }

    /// One response.
    package struct Response: Sendable {
        package var status: Int
        /// In the order in which they came, names in lower case.
        package var headers: [(name: String, value: String)]
        package var body: [UInt8]
        /// All of it as it came.
        package var raw: [UInt8]

        package var text: String { String(decoding: body, as: UTF8.self) }

        package func header(_ name: String) -> String? { headers.first { $0.name == name.lowercased() }?.value }

        /// The body as JSON.
        package var json: Any? { try? JSONSerialization.jsonObject(with: Data(body), options: .fragmentsAllowed) }

        package var object: [String: Any] { json as? [String: Any] ?? [:] }
    }

    package let descriptor: Int32
    private var received: [UInt8] = []

    /// - Parameters:
    ///   - timeout: seconds that a read waits for a byte.
    ///   - receiveBytes: how much the system takes in before it is read; without it the system decides.
    package init(port: Int, timeout: Int = 10, receiveBytes: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var limit = timeval(tv_sec: timeout, tv_usec: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        if var receiveBytes {
            let size = socklen_t(MemoryLayout<Int32>.size)
            unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBytes, size)
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if code != 0 { throw Failure.connect(errno) }
    }

    deinit { close(descriptor) }

    package func send(_ text: String) throws { try send(Array(text.utf8)) }

    package func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes[sent...]
                .withUnsafeBytes { unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count <= 0 { throw Failure.write(errno) }
            sent += count
        }
    }

    /// No more comes from this side.
    package func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// The connection will end as one of a process that died: what is unread or unsent is thrown away.
    package func reset() {
        var now = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    }

    /// Reads until the server closes the connection.
    package func readToEnd() { while receive() {} }

    /// Whether the server has closed the connection; waits for it.
    package func isClosed() -> Bool { received.isEmpty && !receive() }

    private func receive() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        if count <= 0 { return false }
        received += buffer[..<count]
        return true
    }

    /// Reads what is there, so many bytes at most.
    package func readSome(_ maxBytes: Int) {
        var buffer = [UInt8](repeating: 0, count: maxBytes)
        let count = unsafe recv(descriptor, &buffer, maxBytes, 0)
        if count > 0 { received += buffer[..<count] }
    }

    /// Reads one response.
    package func response(toHead: Bool = false) throws -> Response {
        var end: Int?
        while end == nil {
            end = Self.endOfHead(received)
            if end == nil, !receive() { throw Failure.incomplete(String(decoding: received, as: UTF8.self)) }
        }
        let bodyStart = end ?? 0
        let lines = String(decoding: received[..<bodyStart], as: UTF8.self).components(separatedBy: "\r\n")
        let status = Int(lines[0].split(separator: " ").dropFirst().first ?? "") ?? 0
        var headers: [(name: String, value: String)] = []
        for line in lines.dropFirst() where !line.isEmpty {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers.append(
                (parts[0].lowercased(), parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : "")
            )
        }
        let length = headers.first { $0.name == "content-length" }.flatMap { Int($0.value) } ?? 0
        let hasBody = !toHead && status != 204 && status != 304
        let total = bodyStart + (hasBody ? length : 0)
        while received.count < total {
            if !receive() { throw Failure.incomplete(String(decoding: received, as: UTF8.self)) }
        }
        let raw = Array(received[..<total])
        received.removeFirst(total)
        return Response(status: status, headers: headers, body: Array(raw[bodyStart...]), raw: raw)
    }

    private static func endOfHead(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        for index in 3..<bytes.count
        where bytes[index] == 10 && bytes[index - 1] == 13 && bytes[index - 2] == 10 && bytes[index - 3] == 13 {
            return index + 1
        }
        return nil
    }

    /// Sends one request and reads its response.
    package func request(
        _ method: String,
        _ target: String,
        headers: [(String, String)] = [],
        body: String? = nil
    ) throws -> Response {
        var text = "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        if let body {
            if !headers.contains(where: { $0.0.lowercased() == "content-type" }) {
                text += "Content-Type: application/json\r\n"
            }
            text += "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        } else {
            text += "\r\n"
        }
        try send(text)
        return try response(toHead: method == "HEAD")
    }
}
