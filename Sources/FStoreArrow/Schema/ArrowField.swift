/// A column of a schema: its name, its type and what programs have attached to it.
package struct ArrowField: Hashable, Sendable {
    package let name: String
    package let type: ArrowType
    package let isNullable: Bool
    /// `nil` unless the column is dictionary-encoded.
    package let dictionary: ArrowDictionaryEncoding?
    /// The field of a list's elements.
    package let children: [ArrowField]
    package let metadata: [ArrowKeyValue]
    /// What the column takes up in a batch.
    let extent: FieldExtent

    /// A field for a new column.
    ///
    /// - Precondition: The type is supported, and a list or a binary has a fixed size from 0 to 2³¹ - 1.
    package init(name: String, type: ArrowType, isNullable: Bool = true, metadata: [ArrowKeyValue] = []) {
        precondition(type.kind != .unsupported, "a column of \(type) cannot be made")
        let elements = type.element.map { ArrowField(name: "item", type: .float($0)) }
        self.init(
            name: name,
            type: type,
            isNullable: isNullable,
            dictionary: nil,
            children: elements.map { [$0] } ?? [],
            metadata: metadata,
            extent: FieldExtent(of: type)
        )
    }

    init(
        name: String,
        type: ArrowType,
        isNullable: Bool,
        dictionary: ArrowDictionaryEncoding?,
        children: [ArrowField],
        metadata: [ArrowKeyValue],
        extent: FieldExtent
    ) {
        self.name = name
        self.type = type
        self.isNullable = isNullable
        self.dictionary = dictionary
        self.children = children
        self.metadata = metadata
        self.extent = extent
    }

    /// The same field under another name.
    package func named(_ name: String) -> ArrowField {
        ArrowField(
            name: name,
            type: type,
            isNullable: isNullable,
            dictionary: dictionary,
            children: children,
            metadata: metadata,
            extent: extent
        )
    }

    /// The values of the dictionary as a column of their own.
    var dictionaryValues: ArrowField { ArrowField(name: name, type: type) }

    /// Why the column cannot be written as it was read; `nil` when it can.
    package var copyRefusal: ArrowError? {
        guard case .unsupported(let type) = type else { return nil }
        return ArrowError(
            .unsupported,
            "columns of type \(type) cannot be read or copied; leave the column out, or convert it before sending"
        )
        .of(name)
    }
}
