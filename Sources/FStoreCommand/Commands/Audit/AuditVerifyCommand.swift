internal import ArgumentParser
internal import FStore
internal import FStoreCatalog
internal import FStoreText

/// `fstore audit verify`
struct AuditVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check that the audit trail is as it was written.",
        discussion: """
            Names the first entry that was changed, dropped, swapped or cut off. The status is 1 when anything is \
            wrong. The last line has the newest entry and its link. Whoever can write the catalog can put it back to \
            an older state as a whole. Only --seen can show that, with a last line that was kept elsewhere.
            """
    )

    @OptionGroup var store: StoreArguments

    @Option(
        help: ArgumentHelp("A newest entry that verify printed earlier.", valueName: "seq:link"),
        transform: AuditPlaceText.parse
    )
    var seen: AuditPlace?

    func run() throws {
        let found = try store.withCatalog { [store, seen] catalog in
            _ = try await catalog.keepAudit(with: AuditKey(directory: store.directory).chain())
            return try await catalog.verifyAudit(seen: seen)
        }
        let output = Output()
        if store.json {
            output.line(Self.object(found))
        } else {
            let entries = "\(found.entries) \(found.entries == 1 ? "entry" : "entries")"
            let pruned = found.prunedThrough > 0 ? ", those up to \(found.prunedThrough) pruned" : ""
            output.line(found.problem.map { "damaged: \($0)" } ?? "sound: \(entries)\(pruned)")
            if let head = found.head { output.line("newest: \(AuditPlaceText.text(head))") }
        }
        try output.flush()
        if !found.isSound { throw SilentExit(status: .no) }
    }

    private static func object(_ found: AuditVerification) -> JSONObjectText {
        var object = JSONObjectText()
        object.add("sound", found.isSound)
        object.add("entries", found.entries)
        object.add("pruned_through", found.prunedThrough)
        object.add("problem", found.problem?.description)
        object.add("newest", found.head.map(AuditPlaceText.text))
        return object
    }
}

/// A place in the trail as text: `12:` and the 64 hexadecimal digits of the link.
enum AuditPlaceText {
    static func text(_ place: AuditPlace) -> String {
        "\(place.seq):" + place.link.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    static func parse(_ text: String) throws -> AuditPlace {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let digits = parts.last.map { $0.compactMap(\.hexDigitValue) } ?? []
        guard parts.count == 2, let seq = Int64(parts[0]), seq > 0, parts[1].utf8.count == 64, digits.count == 64 else {
            throw ValidationError("write a number, a colon and 64 hexadecimal digits, as fstore audit verify prints it")
        }
        let link = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
        return AuditPlace(seq: seq, link: link)
    }
}
