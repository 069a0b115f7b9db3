internal import CCurl
internal import FStore
internal import Glibc

/// One request over HTTP or HTTPS, and its answer. Blocks.
///
/// Connects to addresses that a rule allows, and nowhere else: the rule is asked for the very address that is connected
/// to. Follows no redirect.
package struct WebExchange: Sendable {
    package var method = "GET"
    package var url: String
    package var headers: [(name: String, value: String)] = []
    package var body: [UInt8]?
    package var timeoutSeconds = 30

    package init(_ url: String) {
        self.url = url
    }

    /// An answer.
    package struct Answer: Sendable {
        package let status: Int
        fileprivate let headers: [(name: String, value: String)]

        /// The value of a header, in small letters; of several all, with commas between them.
        package func header(_ name: String) -> String? {
            let values = headers.filter { $0.name == name }.map(\.value)
            return values.isEmpty ? nil : values.joined(separator: ", ")
        }
    }

    /// Why there is no answer, or no whole one.
    package struct Failure: Error, Sendable, CustomStringConvertible {
        package let message: String
        package let isPassing: Bool

        package var description: String { message }
    }

    /// What the callbacks of one exchange share.
    fileprivate final class Going {
        let rule: EgressRule
        let host: String
        let check: () throws -> Void
        let take: ([UInt8]) throws -> Void
        var error: (any Error)?
        var denied: [String] = []
        var headers: [(name: String, value: String)] = []

        init(
            _ rule: EgressRule,
            _ host: String,
            check: @escaping () throws -> Void,
            take: @escaping ([UInt8]) throws -> Void
        ) {
            self.rule = rule
            self.host = host
            self.check = check
            self.take = take
        }

        func attempt(_ body: () throws -> Void) -> Bool {
            if error != nil { return false }
            do { try body() } catch { self.error = error }
            return error == nil
        }
    }

    /// - Parameters:
    ///   - check: asked again and again whether to go on.
    ///   - take: gets the body piece by piece. What it throws ends the exchange.
    package func run(
        rule: EgressRule,
        check: @escaping () throws -> Void = {},
        take: @escaping ([UInt8]) throws -> Void
    ) throws -> Answer {
        let host = try Self.host(of: url)
        let going = Going(rule, host, check: check, take: take)
        var (problem, isPassing) = ([CChar](repeating: 0, count: 256), Int32(0))
        let status = try unsafe withTexts { headers in
            unsafe (body ?? [])
                .withUnsafeBufferPointer { bytes in
                    unsafe method.withCString { method in
                        unsafe url.withCString { url in
                            var exchange = unsafe fstore_exchange()
                            unsafe exchange.method = method
                            unsafe exchange.url = url
                            unsafe exchange.headers = headers
                            unsafe exchange.body = body == nil ? nil : bytes.baseAddress
                            unsafe exchange.body_bytes = bytes.count
                            unsafe exchange.timeout_milliseconds = timeoutSeconds * 1000
                            unsafe exchange.user = Unmanaged.passUnretained(going).toOpaque()
                            unsafe exchange.allows = allows
                            unsafe exchange.takes = takes
                            unsafe exchange.header = takesHeader
                            unsafe exchange.goes_on = goesOn
                            return unsafe fstore_run_exchange(&exchange, &problem, &isPassing)
                        }
                    }
                }
        }
        if let error = going.error { throw error }
        if status == 0 {
            if !going.denied.isEmpty { throw EgressError.denied(host, addresses: going.denied) }
            let text = String(decoding: problem.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw Failure(message: "\(host.excerpt): \(text)", isPassing: isPassing != 0)
        }
        return Answer(status: status, headers: going.headers)
    }

    /// The host of a URL, as it is connected to; nothing else of it is said in errors.
    private static func host(of url: String) throws -> String {
        let lower = url.lowercased()
        guard let start = lower.hasPrefix("https://") ? 8 : lower.hasPrefix("http://") ? 7 : nil else {
            throw Failure(message: "the URL must begin with https:// or http://", isPassing: false)
        }
        let authority = url.dropFirst(start).prefix { !"/?#".contains($0) }
        let host = authority.split(separator: "@").last ?? ""
        if host.hasPrefix("[") { return String(host.dropFirst().prefix { $0 != "]" }) }
        return String(host.prefix { $0 != ":" })
    }

    private func withTexts<Result>(_ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result) throws -> Result {
        let lines = headers.map { "\($0.name): \($0.value)" }
        guard lines.allSatisfy({ !$0.utf8.contains { $0 < 0x20 } }) else {
            throw Failure(message: "a header must not have control characters", isPassing: false)
        }
        let texts = unsafe lines.map { unsafe strdup($0) }
        defer { unsafe texts.forEach { text in unsafe free(text) } }
        let pointers = unsafe texts.map { unsafe UnsafePointer<CChar>($0) } + [nil]
        return unsafe pointers.withUnsafeBufferPointer { pointers in
            guard let start = pointers.baseAddress else { preconditionFailure("the last one is null") }
            return unsafe body(start)
        }
    }
}

// MARK: What libcurl calls

private func going(_ user: UnsafeMutableRawPointer?) -> WebExchange.Going {
    guard let user = unsafe user else { preconditionFailure("the exchange gives itself") }
    return unsafe Unmanaged<WebExchange.Going>.fromOpaque(user).takeUnretainedValue()
}

private func allows(_ user: UnsafeMutableRawPointer?, _ address: UnsafePointer<sockaddr>?) -> Int32 {
    let going = unsafe going(user)
    guard let address = unsafe address, let found = unsafe NetworkAddress(socket: address) else { return 0 }
    if going.rule.allows(found, of: going.host) { return 1 }
    going.denied.append(found.description)
    return 0
}

private func takes(_ user: UnsafeMutableRawPointer?, _ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let going = unsafe going(user)
    let piece = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    return going.attempt { try going.take(piece) } ? 1 : 0
}

private func takesHeader(_ user: UnsafeMutableRawPointer?, _ bytes: UnsafePointer<UInt8>?, _ count: Int) {
    let going = unsafe going(user)
    let line = unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    guard let colon = line.firstIndex(of: ":") else { return }
    let value = line[line.index(after: colon)...].drop { $0 == " " }.prefix { !$0.isNewline }
    if going.headers.count < 200 { going.headers.append((line[..<colon].lowercased(), String(value))) }
}

private func goesOn(_ user: UnsafeMutableRawPointer?) -> Int32 {
    let going = unsafe going(user)
    return going.attempt { try going.check() } ? 1 : 0
}
