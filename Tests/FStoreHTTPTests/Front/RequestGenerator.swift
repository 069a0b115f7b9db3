import FStore

/// Requests for the hot operations, from a seed: most of them right, many of them odd, some of them broken.
struct RequestGenerator {
    private var state: UInt64
    let key: String

    init(seed: UInt64, key: String) {
        state = seed
        self.key = key
    }

    mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[next(elements.count)] }

    static let features: [(name: String, type: ValueType)] = [
        ("number", .float64), ("count", .int64), ("flag", .bool), ("text", .string), ("when", .timestamp),
        ("raw", .bytes), ("embedding", .vector(dimension: 3)), ("document", .json), ("a name, with ü%", .float64),
    ]

    private mutating func featureName() -> String {
        next(30) == 0 ? "nothing" : next(6) == 0 ? pick(Self.features).name : pick(["number", "count", "flag", "text"])
    }

    private mutating func entity() -> String {
        if next(12) > 0 { return "e\(next(30))" }
        return pick([
            "a", "b", "customer_1", "customer_2", "e\(next(30))", "with space", "comma,inside", "ünï", "quo\"te", "",
            String(repeating: "x", count: 255), String(repeating: "y", count: 256), "back\\slash",
        ])
    }

    private mutating func moment() -> String {
        if next(8) > 0 { return "2025-0\(1 + next(9))-0\(1 + next(9))T0\(next(10)):00:00.\(next(1000))Z" }
        return pick([
            "2025-02-20T16:02:34Z", "2025-01-0\(1 + next(9))T00:00:00Z", "2025-02-20 16:02:34.123456789+02:00", "now",
            "1500-01-01T00:00:00Z", "2300-01-01T00:00:00Z", "yesterday", "2025-02-30T00:00:00Z", "",
        ])
    }

    private mutating func value(_ name: String) -> String {
        if next(10) > 0 {
            switch name {
            case "number", "a name, with ü%":
                return pick(["0", "-1.5", "1000.50", "1e3", "0.1", "null", "\(next(100_000))"])
            case "count": return pick(["0", "-7", "9223372036854775807", "-9223372036854775808", "\(next(100_000))"])
            case "flag": return pick(["true", "false", "null"])
            case "text": return pick(["\"plain\"", "\"ünï\"", "\"\"", "\"with \\\" quote\""])
            default: break
            }
        }
        return pick([
            "1", "0", "-0", "1.5", "1000.50", "1e3", "1E-7", "123456789012345678", "9007199254740993", "1e400", "01",
            "-", "1.", "true", "false", "null", "nul", "\"text\"", "\"\"", "\"esc\\n\\u00e9\"", "\"AAEC\"",
            "\"2025-02-20T16:02:34Z\"", "[1,2,3]", "[1,2]", "[]", "{\"a\":1}", "{\"a\":1,\"a\":2}", "NaN", "\"\u{1}\"",
            "0.1", "-2.2250738585072014e-308", "3.4e38",
        ])
    }

    private mutating func space() -> String { pick(["", "", "", " ", "\n", "\t ", "\r\n"]) }

    private func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    private mutating func object(_ members: [(String, String)]) -> String {
        var members = members
        if next(4) == 0 { members.reverse() }
        if next(40) == 0, let first = members.first { members.append(first) }
        if next(40) == 0 { members.append(("stranger", "1")) }
        if next(40) == 0, !members.isEmpty { members.removeLast() }
        var text = space() + "{"
        for (index, member) in members.enumerated() {
            if index > 0 { text += "," }
            text += space() + "\"\(member.0)\"" + space() + ":" + space() + member.1 + space()
        }
        return text + "}" + space()
    }

    private mutating func encode(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            let isPlain = byte < 0x7F && byte > 0x20 && !"%&,+?#\"\\".utf8.contains(byte)
            if isPlain, next(60) > 0 {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else if byte == 0x20, next(2) == 0 {
                encoded += "+"
            } else {
                let digits = String(byte, radix: 16, uppercase: next(2) == 0)
                encoded += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return encoded
    }

    /// One request, ready to be sent, with a length that fits its body.
    mutating func request(_ number: Int) -> (text: [UInt8], isHead: Bool) {
        var (method, target, body) = ("GET", "", "")
        switch next(4) {
        case 0:
            let count = next(4) == 0 ? next(20) : 1 + next(3)
            var query =
                "entity_ids="
                + (0..<count).map { _ in encode(entity()) }.joined(separator: pick([",", ",", "%2C", #"\,"#]))
            if next(3) == 0 { query += "&as_of=" + encode(moment()) }
            if next(6) == 0 { query += "&known_at=" + encode(moment()) }
            if next(10) == 0 {
                query += pick([
                    "&page=1", "&limit=2", "&limit=x", "&entity_ids=a", "&x=1", "&", "&as_of", "&start_time=2025-01-01",
                ])
            }
            if next(30) == 0 { query = pick(["", "entity_ids", "entity_ids=%", "entity_ids=%zz", "entity_ids=%ff"]) }
            target = "/api/v1/features/\(reference(featureName()))/values?\(query)"
        case 1:
            method = "POST"
            let name = featureName()
            target = "/api/v1/features/\(reference(name))/values"
            var members = [("entity_id", entityInBody()), ("value", value(name))]
            if next(2) == 0 { members.append(("timestamp", next(10) == 0 ? "null" : quoted(moment()))) }
            body = object(members)
        case 2:
            method = "POST"
            target = "/api/v1/online/read"
            let names = (0..<(1 + next(4))).map { _ in quoted(featureName()) }.joined(separator: ",")
            let entities = (0..<(1 + next(4))).map { _ in entityInBody() }.joined(separator: ", ")
            var members = [("features", "[\(names)]"), ("entities", "[\(entities)]")]
            if next(3) == 0 { members.append(("timestamps", pick(["true", "false", "null", "1"]))) }
            if next(3) == 0 { members.append(("as_of", next(8) == 0 ? "null" : quoted(moment()))) }
            if next(6) == 0 { members.append(("known_at", quoted(moment()))) }
            body = object(members)
        default:
            method = "POST"
            target = "/api/v1/online/write"
            let rows = (0..<(1 + next(3))).map { _ in row() }.joined(separator: ",")
            body = object([("rows", "[\(rows)]")])
        }
        return (assemble(method, target, mutated(Array(body.utf8)), number), method == "HEAD")
    }

    private mutating func row() -> String {
        var values: [(String, String)] = []
        for _ in 0..<(1 + next(3)) {
            let name = featureName()
            values.append((name, value(name)))
        }
        var members = [("entity_id", entityInBody()), ("values", object(values))]
        if next(2) == 0 { members.append(("timestamp", quoted(moment()))) }
        return object(members)
    }

    /// A name as a body has it: mostly a string, now and then a number.
    private mutating func entityInBody() -> String {
        next(8) == 0 ? pick(["7", "-3", "1001", "1.0", "1e3", "00"]) : quoted(entity())
    }

    private mutating func reference(_ name: String) -> String {
        next(25) == 0 ? pick(["%", "%zz", "a%2Fb", "", "%ff"]) : encode(name)
    }

    /// Now and then a byte is lost, doubled or changed.
    private mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        guard !bytes.isEmpty, next(12) == 0 else { return bytes }
        var bytes = bytes
        let position = next(bytes.count)
        switch next(4) {
        case 0: bytes.remove(at: position)
        case 1: bytes.insert(bytes[position], at: position)
        case 2: bytes[position] = UInt8(next(256))
        default: bytes.removeLast(bytes.count - position)
        }
        return bytes
    }

    private mutating func assemble(_ method: String, _ target: String, _ body: [UInt8], _ number: Int) -> [UInt8] {
        var head = "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\nX-Request-ID: test-\(number)\r\n"
        switch next(20) {
        case 0: head += "X-API-Key: \(key)\r\n"
        case 1: head += "Authorization: bearer \(key)\r\n"
        case 2:
            head += pick(["", "Authorization: Bearer wrong\r\n", "Authorization: Basic abc\r\n", "X-API-Key: \r\n"])
        default: head += "Authorization: Bearer \(key)\r\n"
        }
        if method == "POST" {
            head += pick([
                "Content-Type: application/json\r\n", "Content-Type: application/json\r\n",
                "content-type:application/json\r\n", "Content-Type: application/json; charset=utf-8\r\n",
            ])
            if next(50) == 0 { head += "Content-Encoding: gzip\r\n" }
            head += "Content-Length: \(body.count)\r\n"
        }
        if next(5) == 0 { head += "Accept: */*\r\nUser-Agent: test/1.0\r\n" }
        return Array((head + "\r\n").utf8) + body
    }
}
