/// `/api/v1/features/{feature_id}`, in parts.
struct PathTemplate: Sendable {
    enum Part: Sendable, Hashable {
        case literal(String)
        case parameter(String)
    }

    let text: String
    let parts: [Part]

    init(_ text: String) {
        self.text = text
        parts = text.split(separator: "/")
            .map { part in
                part.hasPrefix("{") && part.hasSuffix("}")
                    ? .parameter(String(part.dropFirst().dropLast())) : .literal(String(part))
            }
    }

    /// The names of its parameters, in order.
    var parameterNames: [String] {
        parts.compactMap { if case .parameter(let name) = $0 { name } else { nil } }
    }
}
