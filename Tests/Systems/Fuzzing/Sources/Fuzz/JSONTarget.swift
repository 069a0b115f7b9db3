@testable internal import FStore
@testable internal import FStoreHTTP
internal import FStoreText
@testable internal import FStoreWire

/// JSON: the strict reader, the plain one, and both writers.
enum JSONTarget {
    static func document(_ bytes: [UInt8]) {
        var reader = JSONReader(bytes: bytes)
        do throws(JSONError) {
            let value = try reader.readDocument()
            require(String(validating: bytes, as: UTF8.self) != nil, "a document is UTF-8")
            require((try? JSONValue(reader.minified)) == value, "without white space it is the same")
            require(reader.minified.count <= bytes.count, "without white space it is no longer")
            var written: [UInt8] = []
            JSONText.append(value, to: &written)
            require((try? JSONValue(written)) == value, "written and read again it is the same")
            require(depth(value) <= StoreLimits.jsonDepth.upperBound, "depth has its limit")
        } catch {
            require(error.offset >= 0 && error.offset <= bytes.count, "an error has a place")
        }
    }

    private static func depth(_ value: JSONValue) -> Int {
        switch value {
        case .array(let elements): 1 + (elements.map(depth).max() ?? 0)
        case .object(let members): 1 + (members.map { depth($0.value) }.max() ?? 0)
        default: 0
        }
    }

    static func string(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return }
        let buffer = JSONBuffer(capacity: 1)
        buffer.appendString(bytes.span)
        var written: [UInt8] = []
        JSONText.append(text, to: &written)
        require(Self.bytes(buffer) == written, "both writers write the same")
        require((try? JSONValue(written)) == .string(text), "a string is read as it was written")
        buffer.append(FeatureValue.bytes(bytes))
        buffer.removeLast()
        require(buffer.count == written.count + 1 + (bytes.count + 2) / 3 * 4, "base64 has its length")
    }

    /// What the plain reader takes, the strict one takes for the same.
    static func plain(_ bytes: [UInt8]) {
        guard let members = members(bytes), (try? UTF8Span(validating: bytes.span)) != nil else { return }
        let names = Set(members.map(\.name))
        if names.count < members.count { return require((try? JSONValue(bytes)) == nil, "no name occurs twice") }
        require((try? JSONValue(bytes)) == .object(members), "what is plain is the same when read strictly")
    }

    /// The members of an object whose values are scalars or arrays of strings.
    private static func members(_ bytes: [UInt8]) -> [JSONMember]? {
        var json = PlainJSON(bytes.span)
        var members: [JSONMember] = []
        guard json.take("{") else { return nil }
        repeat {
            guard let name = json.string(), json.take(":") else { return nil }
            let value: JSONValue
            if json.take("[") {
                var elements: [JSONValue] = []
                repeat {
                    guard let element = json.string() else { return nil }
                    elements.append(.string(text(bytes, element)))
                } while json.take(",")
                guard json.take("]") else { return nil }
                value = .array(elements)
            } else {
                switch json.scalar() {
                case nil: return nil
                case .null: value = .null
                case .bool(let isTrue): value = .bool(isTrue)
                case .number(let range):
                    let number = FastValue.number(bytes, range)
                    let slow = Double(text(bytes, range))
                    require(number == nil || number == slow, "a number has one value")
                    value = .number(text(bytes, range))
                case .string(let range): value = .string(text(bytes, range))
                }
            }
            members.append(JSONMember(name: text(bytes, name), value: value))
        } while json.take(",")
        return json.take("}") && json.isAtEnd() ? members : nil
    }

    private static func text(_ bytes: [UInt8], _ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    static func bytes(_ buffer: JSONBuffer) -> [UInt8] {
        var bytes: [UInt8] = []
        for index in 0..<buffer.count { bytes.append(buffer.bytes[index]) }
        return bytes
    }
}

private enum FastValue {
    static func number(_ bytes: [UInt8], _ range: Range<Int>) -> Double? {
        guard case .float64(let number) = PlainValue.value(.number(range), bytes.span, as: .float64) else { return nil }
        return number
    }
}
