package import FStore

/// A JSON object in the making: members in the order in which they are added.
package struct JSONObjectText {
    private var open: [UInt8] = [UInt8(ascii: "{")]

    /// An object without members.
    package init() {}

    /// Bytes of the object's text.
    package var byteCount: Int { open.count + 1 }

    /// The object's text.
    package var bytes: [UInt8] { open + [UInt8(ascii: "}")] }

    private mutating func name(_ name: String) {
        if open.count > 1 { open.append(UInt8(ascii: ",")) }
        JSONText.append(name, to: &open)
        open.append(UInt8(ascii: ":"))
    }

    package mutating func add(_ name: String, _ text: String?) {
        self.name(name)
        if let text { JSONText.append(text, to: &open) } else { open.append(contentsOf: "null".utf8) }
    }

    package mutating func add(_ name: String, _ number: some BinaryInteger) {
        self.name(name)
        open.append(contentsOf: String(number).utf8)
    }

    package mutating func add(_ name: String, _ number: Double) {
        self.name(name)
        open.append(contentsOf: number.description.utf8)
    }

    package mutating func add(_ name: String, _ isTrue: Bool) {
        self.name(name)
        open.append(contentsOf: (isTrue ? "true" : "false").utf8)
    }

    package mutating func add(_ name: String, _ time: Timestamp?) {
        add(name, time?.description)
    }

    package mutating func add(_ name: String, _ value: FeatureValue?) {
        self.name(name)
        JSONText.append(value ?? .null, to: &open)
    }

    package mutating func add(_ name: String, _ object: JSONObjectText) {
        self.name(name)
        open.append(contentsOf: object.bytes)
    }

    /// An object, or null.
    package mutating func addObject(_ name: String, _ object: JSONObjectText?) {
        if let object { add(name, object) } else { add(name, nil as String?) }
    }

    package mutating func add(_ name: String, _ objects: [JSONObjectText]) {
        self.name(name)
        open.append(UInt8(ascii: "["))
        for (index, object) in objects.enumerated() {
            if index > 0 { open.append(UInt8(ascii: ",")) }
            open.append(contentsOf: object.bytes)
        }
        open.append(UInt8(ascii: "]"))
    }

    package mutating func add(_ name: String, _ texts: [String]) {
        self.name(name)
        open.append(UInt8(ascii: "["))
        for (index, text) in texts.enumerated() {
            if index > 0 { open.append(UInt8(ascii: ",")) }
            JSONText.append(text, to: &open)
        }
        open.append(UInt8(ascii: "]"))
    }
}
