internal import FStoreLMDB

/// Walks over the rows of one entity in `latest`, in ascending order of feature numbers.
struct LatestWalk: ~Copyable, ~Escapable {
    private var table: TableWalk
    private var key: ByteComposer
    private let entityBytes: Int
    private let keyStart: ChecksumState
    /// The row that the walk stands on. `nil` before the first descent and past the last row.
    private var row: Entry?
    private var rowNumber: UInt32 = 0
    private var isAtEnd = false

    /// A step costs about a fifth of a descent within cached pages, and rows that are passed over are read anyway.
    private static var stepsBeforeDescent: Int { 16 }

    @_lifetime(copy table, borrow scratch)
    init(_ table: consuming TableWalk, space: UInt32, entity: RawSpan, scratch: borrowing Scratch) {
        self.table = table
        var key = ByteComposer(in: scratch)
        key.appendEntity(space: space, entity)
        entityBytes = key.count
        keyStart = ChecksumState(key.bytes)
        row = nil
        self.key = key
    }

    /// The row of feature `number`. Numbers must not descend from call to call.
    @inline(__always)
    @_lifetime(copy self)
    mutating func cell(_ number: UInt32) throws(ReadError) -> StoredCell? {
        do throws(StorageError) {
            try move(to: number)
        } catch {
            throw ReadError(error)
        }
        guard let row, rowNumber == number else { return nil }
        let keyEnd = row.key.extracting(droppingFirst: entityBytes)
        if let cell = StoredCell(latestKeyStart: keyStart, keyEnd: keyEnd, value: row.value) { return cell }
        throw .corrupted(Corruption(table: .latest, key: row.key, reason: "its checksum or its tag does not fit"))
    }

    /// Stands on the first row whose number is not below `number`, or past the last one.
    @inline(__always)
    private mutating func move(to number: UInt32) throws(StorageError) {
        if isAtEnd { return }
        guard row != nil else { return try descend(number) }
        var steps = 0
        while !isAtEnd, rowNumber < number {
            steps += 1
            if steps > Self.stepsBeforeDescent { return try descend(number) }
            arrive(try table.next())
        }
    }

    private mutating func descend(_ number: UInt32) throws(StorageError) {
        key.truncate(to: entityBytes)
        key.append(bigEndian: number)
        // A copy: the key belongs to this walk too.
        var walk = table
        let found = try walk.seek(atOrAfter: key.bytes)
        table = walk
        arrive(found)
    }

    /// Notes where the cursor stands now, if that is a row of the entity.
    @inline(__always)
    @_lifetime(self: copy self, copy entry)
    private mutating func arrive(_ entry: Entry?) {
        guard let entry, entry.key.byteCount == entityBytes + 4,
            entry.key.starts(with: key.bytes.extracting(first: entityBytes))
        else {
            isAtEnd = true
            row = nil
            return
        }
        rowNumber = entry.key.bigEndian(at: entityBytes, as: UInt32.self)
        row = entry
    }
}
