import Testing

/// What an LMDB entry holds is known in two folders: a change of the format, packed runs of old cells say, must not
/// reach further. Once 18 files took keys and values apart, and the newest live cell was found in three ways.
@Suite("Entry layouts")
struct EntryLayoutTests {
    /// The folders that know.
    private static let insiders = ["Sources/FStore/Format/", "Sources/FStore/Series/"]

    /// The names of layouts, and what composes and reads their bytes.
    private static let layouts: Set<String> = [
        "ByteArena", "ByteComposer", "ChecksumState", "HistoryKey", "LatestKey", "MetaKey", "StoredSize", "Tag",
        "appendEntity", "appendLatestKey", "appendSeries", "appendTimes", "bigEndian", "checksum", "littleEndian",
        "putMeta", "verifiedBody",
    ]

    /// The words of a file's code, without comments.
    private func words(_ file: SourceTree.File) -> Set<String> {
        let code = file.lines.filter { !$0.drop { $0 == " " }.hasPrefix("//") }
        let words = code.flatMap { line in line.split { !($0.isLetter || $0.isNumber || $0 == "_") } }
        return Set(words.map(String.init))
    }

    @Test func `only Series and Format know what an entry holds`() throws {
        for file in try SourceTree.files("Sources/FStore") {
            if Self.insiders.contains(where: file.path.hasPrefix) { continue }
            let named = words(file).intersection(Self.layouts)
            #expect(named.isEmpty, "\(file.path) names \(named.sorted().joined(separator: ", "))")
        }
    }

    /// Else the list above would hold nothing to anything after a renaming.
    @Test func `every layout that is listed exists`() throws {
        let insiders = try Self.insiders.flatMap { try SourceTree.files(String($0.dropLast())) }
        let named = insiders.reduce(into: Set<String>()) { $0.formUnion(words($1)) }
        #expect(Self.layouts.subtracting(named).isEmpty)
    }
}
