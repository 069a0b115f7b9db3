"""The mutants: FStore with one promise broken each, and the harness that must notice."""

from typing import NamedTuple


class Mutant(NamedTuple):
    name: str
    harness: str
    file: str
    changes: list[tuple[str, str]]
    """Text that stands in the file exactly once, and what is put in its place."""


MUTANTS = [
    Mutant(
        "no sync", "power", "Sources/FStoreLMDB/Environment/Environment.swift",
        [("if options.isReadOnly { flags |= UInt32(MDB_RDONLY) }",
          "if options.isReadOnly { flags |= UInt32(MDB_RDONLY) } else { flags |= UInt32(MDB_NOSYNC) }")],
    ),
    Mutant(
        "acknowledge before commit", "faults", "Sources/FStore/Writing/GroupCommit.swift",
        [("        try writer.commit(transaction)\n        writer.registries.publish(registry)\n",
          "        writer.registries.publish(registry)\n"),
         ("        for (request, error) in refused { request.complete(.failure(error)) }\n    }\n\n    /// What a group",
          "        for (request, error) in refused { request.complete(.failure(error)) }\n"
          "        try? writer.commit(transaction)\n    }\n\n    /// What a group")],
    ),
    Mutant(
        "no checksum check", "damage", "Sources/FStore/Format/Cell+Coding.swift",
        [("    guard checksum(key, body) == value.littleEndian(at: body.byteCount, as: UInt32.self) else { return nil }\n",
          ""),
         ("guard keyStart.checksum(bigEndian: number, body) == stored else { return nil }", "_ = stored")],
    ),
    Mutant(
        "latest follows late data", "judge", "Sources/FStore/Series/SeriesWriter+Storing.swift",
        [("            if newestBefore > eventTime, !change.hasTombstone { return }\n", "")],
    ),
    Mutant(
        "a tombstone is ignored", "judge", "Sources/FStore/Series/SeriesWriter+Storing.swift",
        [("if isTombstone { changes[changes.count - 1].hasTombstone = true }", "_ = isTombstone"),
         ("hasTombstone: isTombstone, keyOffset", "hasTombstone: false, keyOffset")],
    ),
    Mutant(
        "relaxed although durable was asked for", "power", "Sources/FStore/Store/StoreOpening.swift",
        [("durability: durability == .durable ? .full : .withoutMetaSync", "durability: .withoutMetaSync")],
    ),
    Mutant(
        "a failed commit is acknowledged", "faults", "Sources/FStore/Writing/Writer.swift",
        [("            try transaction.commit()\n        } catch {\n            throw failure(error)",
          "            try transaction.commit()\n        } catch {\n            _ = failure(error)")],
    ),
    Mutant(
        "a new file is made in its place", "power", "Sources/FStore/Store/StoreCreation.swift",
        [('private var temporaryName: String { fileName + ".new" }', "private var temporaryName: String { fileName }")],
    ),
    Mutant(
        "the directory is not synchronized", "power", "Sources/FStore/Store/StoreCreation.swift",
        [("        try synchronize()\n", "")],
    ),
    Mutant(
        "commit times follow the clock alone", "judge", "Sources/FStore/Writing/GroupCommit.swift",
        [("max(min(now, latestClock), last + (last == .min ? 0 : 1))",
          "min(now, latestClock)")],
    ),
    Mutant(
        "reads end when a meta page could not be written", "faults", "Sources/FStore/Writing/Writer.swift",
        [("        readers.leaveEnvironment()\n", "")],
    ),
    Mutant(
        "verify does not search", "damage", "Sources/FStore/Maintenance/Verification.swift",
        [("            try checkReach(entry, in: .history, snapshot)\n", ""),
         ("            try checkReach(entry, in: .latest, snapshot)\n", "")],
    ),
]
SHORT = ["acknowledge before commit"]
