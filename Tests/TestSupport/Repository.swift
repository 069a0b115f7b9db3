package import Foundation

/// The checkout that the tests were built from.
package enum Repository {
    /// Other packages build this file too, by way of a link to its folder.
    package static let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// A file or folder, by its path from the root.
    package static func url(_ path: String) -> URL {
        root.appending(path: path)
    }

    /// The text of a file, by its path from the root.
    package static func text(of path: String) throws -> String {
        try String(contentsOf: url(path), encoding: .utf8)
    }
}
