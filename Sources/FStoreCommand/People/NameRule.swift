internal import ArgumentParser

/// What organizations and users may be called.
enum NameRule {
    private static let maxBytes = 255

    static func check(_ name: String) throws {
        let hasControl = name.unicodeScalars.contains { $0.properties.generalCategory == .control }
        guard (1...maxBytes).contains(name.utf8.count), !hasControl else {
            throw ValidationError("the name must have 1 to \(maxBytes) bytes and no control characters")
        }
    }
}
