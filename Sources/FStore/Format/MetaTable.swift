internal import FStoreLMDB

/// A transaction of either kind, as far as entries of `meta` are read.
protocol MetaReading: ~Copyable {
    @_lifetime(borrow self)
    borrowing func value(forKey key: RawSpan, in table: Table) throws(StorageError) -> RawSpan?
}

extension ReadTransaction: MetaReading {}
extension WriteTransaction: MetaReading {}

/// What `meta` says. Each throws ``StorageError`` or ``Corruption``.
extension MetaReading where Self: ~Copyable {
    /// The version of the format that the store was made with.
    borrowing func formatVersion(_ tables: StoreTables) throws -> UInt32? {
        try integer(MetaKey.format, tables)
    }

    /// The commit time of the newest commit, or `nil` before the first one.
    borrowing func lastCommit(_ tables: StoreTables) throws -> Int64? {
        try integer(MetaKey.lastCommit, tables)
    }

    /// Counts changes of `features`.
    borrowing func registryGeneration(_ tables: StoreTables) throws -> UInt64 {
        try integer(MetaKey.registry, tables) ?? 0
    }

    /// The number that the next feature gets.
    borrowing func nextFeature(_ tables: StoreTables) throws -> UInt32 {
        try integer(MetaKey.nextFeature, tables) ?? 1
    }

    /// When the store was made.
    borrowing func created(_ tables: StoreTables) throws -> Int64? {
        try integer(MetaKey.created, tables)
    }

    /// The time as a commit last noted it, with how long the machine had run then.
    borrowing func clockNote(_ tables: StoreTables) throws -> ClockNote? {
        let key = MetaKey.clock
        guard let value = try value(forKey: key.span.raw, in: tables.meta) else { return nil }
        let body = try MetaKey.verified(value, key: key.span.raw)
        guard body.byteCount == 24 else {
            throw Corruption(table: .meta, key: key.span.raw, reason: "its length is wrong")
        }
        return ClockNote(
            boot: body.littleEndian(at: 0, as: UInt64.self),
            uptime: body.littleEndian(at: 8, as: Int64.self),
            time: body.littleEndian(at: 16, as: Int64.self)
        )
    }

    borrowing func bookmark(_ name: String, _ tables: StoreTables) throws -> [UInt8]? {
        let key = MetaKey.bookmark(name)
        guard let value = try value(forKey: key.span.raw, in: tables.meta) else { return nil }
        return try MetaKey.verified(value, key: key.span.raw).copied
    }

    /// Which catalog the values belong to, or `nil` before a server has used them.
    borrowing func catalogMark(_ tables: StoreTables) throws -> CatalogMark? {
        let key = MetaKey.catalog
        guard let value = try value(forKey: key.span.raw, in: tables.meta) else { return nil }
        let body = try MetaKey.verified(value, key: key.span.raw)
        guard body.byteCount == CatalogMark.identityBytes + 4 else {
            throw Corruption(table: .meta, key: key.span.raw, reason: "its length is wrong")
        }
        return CatalogMark(
            identity: body.extracting(first: CatalogMark.identityBytes).copied,
            organizations: body.littleEndian(at: CatalogMark.identityBytes, as: UInt32.self)
        )
    }

    /// Whether an erasure of the entity has begun and not ended.
    borrowing func isErasing(
        _ entity: RawSpan,
        space: UInt32,
        _ tables: StoreTables
    ) throws(StorageError) -> Bool {
        let ticket = MetaKey.erasure(space: space, entity: entity)
        return try value(forKey: ticket.span.raw, in: tables.meta) != nil
    }

    private borrowing func integer<Integer: FixedWidthInteger & BitwiseCopyable>(
        _ key: [UInt8],
        _ tables: StoreTables
    ) throws -> Integer? {
        guard let value = try value(forKey: key.span.raw, in: tables.meta) else { return nil }
        return try MetaKey.integer(value, key: key, as: Integer.self)
    }
}

/// Changes of `meta`.
extension WriteTransaction {
    /// What a new store says.
    borrowing func putFormat(version: UInt32, created: Int64, _ tables: StoreTables) throws(StorageError) {
        try putMeta(version, for: MetaKey.format, in: tables)
        try putMeta(created, for: MetaKey.created, in: tables)
    }

    /// Makes the store one that older programs refuse. Does nothing when it is one already.
    borrowing func raiseFormat(to version: UInt32, _ tables: StoreTables) throws(StorageError) {
        let known = (try? formatVersion(tables)) ?? nil
        if known ?? 1 < version { try putMeta(version, for: MetaKey.format, in: tables) }
    }

    borrowing func putLastCommit(_ time: Int64, _ tables: StoreTables) throws(StorageError) {
        try putMeta(time, for: MetaKey.lastCommit, in: tables)
    }

    borrowing func putClockNote(_ note: ClockNote, _ tables: StoreTables) throws(StorageError) {
        var value = ByteArena(capacity: 32)
        value.append(littleEndian: note.boot)
        value.append(littleEndian: note.uptime)
        value.append(littleEndian: note.time)
        try putMeta(value, for: MetaKey.clock, in: tables)
    }

    borrowing func putRegistryGeneration(_ generation: UInt64, _ tables: StoreTables) throws(StorageError) {
        try putMeta(generation, for: MetaKey.registry, in: tables)
    }

    borrowing func putNextFeature(_ number: UInt32, _ tables: StoreTables) throws(StorageError) {
        try putMeta(number, for: MetaKey.nextFeature, in: tables)
    }

    borrowing func putBookmark(_ name: String, _ bytes: [UInt8], _ tables: StoreTables) throws(StorageError) {
        var value = ByteArena()
        value.append(bytes.span.raw)
        try putMeta(value, for: MetaKey.bookmark(name), in: tables)
    }

    borrowing func putCatalogMark(_ mark: CatalogMark, _ tables: StoreTables) throws(StorageError) {
        var value = ByteArena()
        value.append(mark.identity.span.raw)
        value.append(littleEndian: mark.organizations)
        try putMeta(value, for: MetaKey.catalog, in: tables)
    }

    /// Notes how far an erasure reaches, so that the next opening goes on with it.
    borrowing func putErasure(
        of entity: EntityID,
        space: UInt32,
        upTo: Int64,
        _ tables: StoreTables
    ) throws(StorageError) {
        try putMeta(upTo, for: MetaKey.erasure(space: space, entity: entity.bytes), in: tables)
    }

    borrowing func removeErasure(of entity: EntityID, space: UInt32, _ tables: StoreTables) throws(StorageError) {
        try remove(MetaKey.erasure(space: space, entity: entity.bytes).span.raw, from: tables.meta)
    }

    /// Erasures that have begun and not ended.
    borrowing func erasures(_ tables: StoreTables) throws -> [(space: UInt32, entity: EntityID, upTo: Int64)] {
        let cursor = try cursor(over: tables.meta)
        let prefix = MetaKey.erasurePrefix
        var erasures: [(space: UInt32, entity: EntityID, upTo: Int64)] = []
        var found = try cursor.walk.seek(atOrAfter: prefix.span.raw)
        while let entry = found, entry.key.starts(with: prefix.span.raw) {
            let rest = entry.key.extracting(droppingFirst: prefix.count)
            if rest.byteCount > 4 {
                let upTo = try MetaKey.integer(entry.value, key: entry.key.copied, as: Int64.self)
                let entity = EntityID(stored: rest.extracting(droppingFirst: 4))
                erasures.append((rest.bigEndian(at: 0, as: UInt32.self), entity, upTo))
            }
            found = try cursor.walk.next()
        }
        return erasures
    }
}

extension Entry {
    /// Checks an entry of `meta`, whatever it says.
    func checkMeta() throws(Corruption) {
        _ = try MetaKey.verified(value, key: key)
    }
}

extension Corruption {
    /// `meta` is that of an earlier commit than some cells.
    static var lastCommitTooEarly: Corruption {
        let key = MetaKey.lastCommit
        return Corruption(table: .meta, key: key.span.raw, reason: "there are cells of later commits")
    }
}
