package import Foundation

/// The checkout that the tests were built from.
package enum Repository {
    package static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A file or folder, by its path from the root.
    package static func url(_ path: String) -> URL {
        root.appending(path: path)
    }

    /// The text of a file, by its path from the root.
    package static func text(of path: String) throws -> String {
        try String(contentsOf: url(path), encoding: .utf8)
    }
}
