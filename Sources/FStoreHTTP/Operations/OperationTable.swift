internal import FStoreServices
internal import FStoreWire
internal import HTTPTypes

/// All operations, and which of them a method and a path mean.
struct OperationTable: Sendable {
    /// In the order in which the documents list them.
    let operations: [Operation]
    private let root: Node

    enum Match {
        /// The operation by its position in ``operations``, with the raw text of the path's parameters.
        case operation(Int, parameters: [String: String])
        /// The path is known, and these methods of it.
        case otherMethods([HTTPRequest.Method])
        case unknown
    }

    private final class Node: Sendable {
        let literals: [String: Node]
        let parameter: Node?
        /// What the path that ends here can do: the method, the position, and the names of the path's parameters.
        let endings: [(method: HTTPRequest.Method, operation: Int, names: [String])]

        init(
            _ entries: [(
                rest: ArraySlice<PathTemplate.Part>, method: HTTPRequest.Method, operation: Int, names: [String]
            )]
        ) {
            var byLiteral: [String: [(ArraySlice<PathTemplate.Part>, HTTPRequest.Method, Int, [String])]] = [:]
            var byParameter: [(ArraySlice<PathTemplate.Part>, HTTPRequest.Method, Int, [String])] = []
            var endings: [(HTTPRequest.Method, Int, [String])] = []
            for entry in entries {
                switch entry.rest.first {
                case .literal(let text):
                    byLiteral[text, default: []]
                        .append((entry.rest.dropFirst(), entry.method, entry.operation, entry.names))
                case .parameter(let name):
                    byParameter.append((entry.rest.dropFirst(), entry.method, entry.operation, entry.names + [name]))
                case nil:
                    endings.append((entry.method, entry.operation, entry.names))
                }
            }
            literals = byLiteral.mapValues { Node($0) }
            parameter = byParameter.isEmpty ? nil : Node(byParameter)
            self.endings = endings
        }

        /// Where a path ends, and the raw texts of its parameters. What is written out comes first; where that leads
        /// nowhere, as with a pattern that is named `sync`, the same text is a parameter.
        func ending(_ parts: ArraySlice<Substring>) -> (node: Node, values: [String])? {
            guard let part = parts.first else { return endings.isEmpty ? nil : (self, []) }
            if part.isEmpty { return nil }
            if let found = literals[String(part)]?.ending(parts.dropFirst()) { return found }
            guard let (node, values) = parameter?.ending(parts.dropFirst()) else { return nil }
            return (node, [String(part)] + values)
        }
    }

    init(_ operations: [Operation]) {
        self.operations = operations.enumerated().map { $1.positioned(at: $0) }
        root = Node(operations.enumerated().map { ($1.path.parts[...], $1.method, $0, []) })
    }

    /// What `method` on the raw, still percent-encoded `path` means. One slash at the end does not matter; `HEAD` is
    /// answered as `GET` without the body.
    func match(_ method: HTTPRequest.Method, _ path: Substring) -> Match {
        guard path.first == "/" else { return .unknown }
        var rest = path.dropFirst()
        if rest.last == "/" {
            rest = rest.dropLast()
            if rest.isEmpty { return .unknown }
        }
        // Empty parts are kept, and mean nothing here: a proxy in front may have rules for `/a/b` that `/a//b` passes
        // by.
        let parts = rest.isEmpty ? [] : rest.split(separator: "/", omittingEmptySubsequences: false)
        guard let (node, values) = root.ending(parts[...]) else { return .unknown }
        let wanted = method == .head ? .get : method
        if let ending = node.endings.first(where: { $0.method == wanted }) {
            let pairs = zip(ending.names, values)
            return .operation(ending.operation, parameters: Dictionary(pairs) { first, _ in first })
        }
        var methods = node.endings.map(\.method)
        if methods.contains(.get) { methods.append(.head) }
        return .otherMethods(methods)
    }

    /// The operations as the gate counts them.
    var limited: [OperationLimits.Operation] { operations.map { OperationLimits.Operation(id: $0.id, rule: $0.rule) } }

    /// The hot operations, as the fast path finds them.
    func hotRoutes() throws(HotRoutes.Problem) -> HotRoutes {
        var entries: [HotRoutes.Entry] = []
        for (position, operation) in operations.enumerated() {
            guard let form = operation.hot else { continue }
            let method: RequestHead.Method =
                switch operation.method {
                case .get: .get
                case .post: .post
                default: .other
                }
            entries.append(
                HotRoutes.Entry(
                    form: form,
                    operation: position,
                    method: method,
                    path: operation.path.text,
                    rule: operation.rule
                )
            )
        }
        return try HotRoutes(entries)
    }
}
