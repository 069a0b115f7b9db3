import FStoreTestSupport
import Foundation

/// The files of the project, read as text.
struct SourceTree {
    struct File {
        var path: String
        var text: String
        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
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
