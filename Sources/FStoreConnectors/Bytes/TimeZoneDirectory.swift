package import FStoreText

/// The time zones of the system.
package enum TimeZoneDirectory {
    private static let path = "/usr/share/zoneinfo"
    private static let maxBytes = 1 << 20

    /// The rules of a zone such as `Europe/Zurich`; `nil` for UTC, which needs none.
    package static func rules(_ name: String) throws(InputError) -> TimeZoneRules? {
        if ["UTC", "Z", "Etc/UTC"].contains(name) { return nil }
        let isName = name.utf8.allSatisfy { byte in
            byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z") || byte &- 48 < 10
                || "/_+-".utf8.contains(byte)
        }
        guard isName, !name.isEmpty, !name.hasPrefix("/") else { throw .noTimeZone(name, directory: path) }
        let file: InputFile
        do throws(InputError) { file = try InputFile(path + "/" + name) } catch {
            throw .noTimeZone(name, directory: path)
        }
        var bytes = [UInt8](repeating: 0, count: maxBytes)
        var count = 0
        while count < bytes.count {
            let found = try file.read(into: &bytes, at: count, count: bytes.count - count)
            if found == 0 { break }
            count += found
        }
        do throws(Rejection) {
            return try TimeZoneRules(name: name, file: Array(bytes[..<count]))
        } catch {
            throw .cannotRead(path: path + "/" + name, reason: error.reason)
        }
    }
}
