/// One entry of the metadata that programs attach to a schema or to a field.
package struct ArrowKeyValue: Hashable, Sendable {
    package let key: String
    /// Mostly text. Some programs write other bytes, which are kept.
    package let value: [UInt8]

    package init(key: String, value: [UInt8]) {
        self.key = key
        self.value = value
    }
}
