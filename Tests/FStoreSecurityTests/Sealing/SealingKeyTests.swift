import FStoreSecurity
import FStoreTestSupport
import Foundation
import Testing

@Suite("The key for sealing")
struct SealingKeyTests {
    private let directory = TemporaryDirectory()

    @Test func `the first start makes a file that only its owner may use`() throws {
        _ = try SealingKey.load(directory: directory.path)
        #expect(try mode(of: keyFile) == 0o600)
        let text = try String(contentsOfFile: keyFile, encoding: .utf8)
        #expect(text.wholeMatch(of: /[0-9a-f]{64}\n/) != nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["secret.key"])
    }

    @Test func `the next start uses the same key`() throws {
        let sealed = SecretSealer(key: try .load(directory: directory.path)).seal([7], context: "c")
        #expect(try SecretSealer(key: .load(directory: directory.path)).open(sealed, context: "c") == [7])
    }

    @Test func `two directories have two keys`() throws {
        let other = TemporaryDirectory()
        let sealed = SecretSealer(key: try .load(directory: directory.path)).seal([7], context: "c")
        let foreign = SecretSealer(key: try .load(directory: other.path))
        #expect(throws: SealError.refused) { try foreign.open(sealed, context: "c") }
    }

    /// Many rounds: the moment in which two of them make the file is short.
    @Test func `many that start at once use one key`() async throws {
        for _ in 0..<50 {
            let directory = TemporaryDirectory()
            let path = directory.path
            let sealed = try await withThrowingTaskGroup(of: [UInt8].self) { group in
                for _ in 0..<4 {
                    group.addTask { SecretSealer(key: try .load(directory: path)).seal([7], context: "c") }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let sealer = SecretSealer(key: try .load(directory: path))
            for secret in sealed { #expect(try sealer.open(secret, context: "c") == [7]) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["secret.key"])
        }
    }

    @Test(arguments: [0o604, 0o640, 0o620, 0o602, 0o601, 0o644])
    func `a file that others may use is refused`(mode: Int) throws {
        _ = try SealingKey.load(directory: directory.path)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: keyFile)
        let error = #expect(throws: SealingKeyError.self) { try SealingKey.load(directory: directory.path) }
        #expect(error == .openToOthers(file: keyFile, mode: UInt32(mode)))
        #expect(
            error?.description == "others may use \(keyFile), whose mode is \(String(mode, radix: 8)); "
                + "run: chmod 600 \(keyFile)"
        )
    }

    @Test(arguments: ["", "\n", String(repeating: "a", count: 63), String(repeating: "a", count: 65)])
    func `a damaged file is refused and left as it is`(text: String) throws {
        try write(text)
        #expect(throws: SealingKeyError.malformedFile(keyFile)) { try SealingKey.load(directory: directory.path) }
        #expect(try String(contentsOfFile: keyFile, encoding: .utf8) == text)
    }

    @Test func `a link in its place is refused`() throws {
        try write(String(repeating: "a", count: 64))
        try FileManager.default.moveItem(atPath: keyFile, toPath: directory.path + "/elsewhere")
        try FileManager.default.createSymbolicLink(
            atPath: keyFile,
            withDestinationPath: directory.path + "/elsewhere"
        )
        #expect(throws: SealingKeyError.notAFile(keyFile)) { try SealingKey.load(directory: directory.path) }
    }

    @Test func `a directory that is not there is an error with its reason`() {
        let error = #expect(throws: SealingKeyError.self) { try SealingKey.load(directory: directory.path + "/none") }
        #expect(error?.description.hasSuffix("/none/secret.key cannot be used: No such file or directory") == true)
    }

    @Test func `the text of a key is its bytes in order`() throws {
        let text = " 0102030405060708090A0B0C0D0E0F101112131415161718191a1b1c1d1e1f20\n"
        let sealed = SecretSealer(key: try .parse(text)).seal([7], context: "c")
        let same = SecretSealer(key: try #require(SealingKey([UInt8](1...32))))
        #expect(try same.open(sealed, context: "c") == [7])
    }

    @Test(arguments: [
        "", "0x" + zeros(62), zeros(62), zeros(66), zeros(32) + " " + zeros(32), zeros(64) + " x", zeros(63) + "g",
    ])
    func `a text that is no key is refused`(text: String) {
        #expect(throws: SealingKeyError.malformed) { try SealingKey.parse(text) }
    }

    @Test(arguments: [0, 31, 33])
    func `a key has 32 bytes`(count: Int) {
        #expect(SealingKey([UInt8](repeating: 1, count: count)) == nil)
    }

    private var keyFile: String { directory.path + "/secret.key" }

    private func write(_ text: String) throws {
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        #expect(FileManager.default.createFile(atPath: keyFile, contents: Data(text.utf8), attributes: attributes))
    }

    private func mode(of file: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
    }
}

private func zeros(_ count: Int) -> String {
    String(repeating: "0", count: count)
}
