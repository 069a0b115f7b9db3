/// An element of a header that says what a client accepts, such as `Accept` or `Accept-Encoding` (RFC 9110, 12.4.2).
struct WeightedElement {
    /// In lower case.
    let name: Substring
    /// In lower case, `q` among them.
    let parameters: [String]

    /// How much it is wanted: the parameter `q`, 1 without it, 0 when it is no number.
    var weight: Double { parameter("q").map { Double($0) ?? 0 } ?? 1 }

    func parameter(_ name: String) -> Substring? {
        parameters.first { $0.hasPrefix(name + "=") }?.dropFirst(name.count + 1)
    }

    static func all(in header: String) -> [WeightedElement] {
        header.split(separator: ",")
            .map { element in
                let parts = element.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
                return WeightedElement(name: parts.first?[...] ?? "", parameters: Array(parts.dropFirst()))
            }
    }
}
