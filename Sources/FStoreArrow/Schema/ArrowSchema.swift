/// The columns of a stream, in their order, and what programs have attached to them.
package struct ArrowSchema: Hashable, Sendable {
    package let fields: [ArrowField]
    package let metadata: [ArrowKeyValue]

    package init(fields: [ArrowField], metadata: [ArrowKeyValue] = []) {
        self.fields = fields
        self.metadata = metadata
    }

    /// A schema for what is made of this one: read fields, new ones, in any order.
    ///
    /// The metadata stays, with one exception. pandas describes its columns under the key `pandas`, and finds its index
    /// by their names. It accepts columns that the description does not name. A description of columns that are gone
    /// would mislead it, so it is dropped unless all columns of this schema are still there in their order.
    package func replacingFields(_ fields: [ArrowField]) -> ArrowSchema {
        var rest = self.fields[...]
        for field in fields where field == rest.first { rest.removeFirst() }
        let metadata = rest.isEmpty ? metadata : metadata.filter { $0.key != "pandas" }
        return ArrowSchema(fields: fields, metadata: metadata)
    }

    /// This schema with new columns behind its own.
    package func appending(_ fields: [ArrowField]) -> ArrowSchema {
        replacingFields(self.fields + fields)
    }

    /// The position of the only column of this name; `nil` when there is none, or more than one.
    package func index(of name: String) -> Int? {
        guard let first = fields.firstIndex(where: { $0.name == name }),
            !fields[(first + 1)...].contains(where: { $0.name == name })
        else { return nil }
        return first
    }
}
