import FStoreTestSupport
import Foundation

/// The files of the project, read as text.
struct SourceTree {
    struct File {
        var path: String
        var text: String
        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

        /// Its lines without those that are only a comment, each with its number.
        var code: [(number: Int, line: Substring)] {
            lines.enumerated().map { ($0 + 1, $1) }.filter { !$0.1.drop { $0 == " " }.hasPrefix("//") }
        }

        /// `FStore/Timestamp` for `Sources/FStore/Model/Timestamp.swift`: what a file is called wherever it is moved to
        /// within its target.
        var place: String {
            let parts = path.split(separator: "/")
            return "\(parts[1])/\(parts[parts.count - 1].prefix { $0 != "." })"
        }
    }

    /// Files below `folder` with one of `endings`; what was built or fetched is left out.
    static func files(_ folder: String, endings: [String] = ["swift"]) throws -> [File] {
        let base = Repository.url(folder)
        guard let walk = FileManager.default.enumerator(atPath: base.path) else { return [] }
        var files: [File] = []
        for case let name as String in walk where !name.contains(".build") && !name.contains(".data") {
            guard endings.contains(where: { name.hasSuffix("." + $0) }) else { continue }
            let text = try String(contentsOf: base.appending(path: name), encoding: .utf8)
            files.append(File(path: folder + "/" + name, text: text))
        }
        return files.sorted { $0.path < $1.path }
    }

    /// The names of the folders in a folder, without what was built.
    static func folders(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: Repository.url(folder).path)
            .filter { name in
                var isFolder: ObjCBool = false
                let path = Repository.url(folder + "/" + name).path
                return unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
                    && isFolder.boolValue && !name.hasPrefix(".")
            }
            .sorted()
    }

    /// Whether the file that `link` names, seen from `file`, is there.
    static func exists(_ link: String, from file: File) -> Bool {
        let folder = Repository.url(file.path).deletingLastPathComponent()
        return FileManager.default.fileExists(atPath: folder.appending(path: link).path)
    }

    /// What a file imports.
    static func imports(_ file: File) -> [String] {
        file.lines.compactMap { line in
            let words = line.split(separator: " ")
            guard let position = words.firstIndex(of: "import"), position + 1 < words.count,
                words[..<position]
                    .allSatisfy({ ["internal", "package", "public", "private", "@testable"].contains($0) })
            else { return nil }
            return String(words[position + 1])
        }
    }
}
