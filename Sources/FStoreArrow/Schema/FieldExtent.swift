/// What a field takes up in a record batch, with all that lies below it.
///
/// A batch lists the nodes and buffers of all its columns one after the other. To find a column, one must know how much
/// the columns before it take up, also when their values are not read.
struct FieldExtent: Hashable, Sendable {
    /// Entries in the list of lengths and null counts.
    var nodes: Int
    /// Buffers, apart from those that a column of views has besides.
    var buffers: Int
    /// Columns of views. A batch tells for each how many buffers it has besides.
    var views = 0

    static func + (left: FieldExtent, right: FieldExtent) -> FieldExtent {
        FieldExtent(
            nodes: left.nodes + right.nodes,
            buffers: left.buffers + right.buffers,
            views: left.views + right.views
        )
    }
}

extension FieldExtent {
    /// A list of numbers, fixed or not, has its numbers below it: a node with two buffers.
    init(of type: ArrowType) {
        switch type {
        case .null: self.init(nodes: 1, buffers: 0)
        case .utf8, .largeUTF8, .binary, .largeBinary: self.init(nodes: 1, buffers: 3)
        case .utf8View, .binaryView: self.init(nodes: 1, buffers: 2, views: 1)
        case .fixedSizeList: self.init(nodes: 2, buffers: 3)
        case .list, .largeList: self.init(nodes: 2, buffers: 4)
        default: self.init(nodes: 1, buffers: 2)
        }
    }
}
