internal import FStoreLMDB

/// Walks over the rows of one entity in `latest`, in ascending order of feature numbers.
struct LatestWalk: ~Copyable, ~Escapable {
    private var table: TableWalk
    private var key: ByteComposer
    private let entityBytes: Int
    private let keyStart: ChecksumState
    /// The feature of the row that the walk stands on. Less than every number before the first descent, and greater
    /// past the last row.
    private var rowNumber = -1
    private var rowValue: RawSpan

    /// A step costs about a fifth of a descent within cached pages, and rows that are passed over are read anyway.
    private static var stepsBeforeDescent: Int { 16 }

    @_lifetime(copy table, borrow scratch)
    init(_ table: consuming TableWalk, space: UInt32, entity: RawSpan, scratch: borrowing Scratch) {
        self.table = table
        var key = ByteComposer(in: scratch)
        key.appendEntity(space: space, entity)
        entityBytes = key.count
        keyStart = ChecksumState(key.bytes)
        rowValue = RawSpan()
        self.key = key
    }

    /// The row of feature `number`. Numbers must not descend from call to call.
    @inline(__always)
    @_lifetime(copy self)
    mutating func cell(_ number: UInt32) throws(ReadError) -> Cell? {
        // The walk has passed the place where the row would be: the feature has none for this entity.
        if rowNumber > Int(number) { return nil }
        // Mostly it is the next row, and lies in the same page.
        if rowNumber < Int(number), let entry = table.stepShared() {
            note(entry)
            if rowNumber == Int(number) {
                let cell = Cell(latestKeyStart: keyStart, number: number, value: entry.value)
                if let cell { return cell }
            }
        }
        // Out of line, so that what most rows take stays small enough to be inlined into the loops of callers.
        return try cellBeyond(number)
    }

    /// The same, wherever the walk stands.
    @inline(never)
    @_lifetime(copy self)
    private mutating func cellBeyond(_ number: UInt32) throws(ReadError) -> Cell? {
        if rowNumber < Int(number) {
            do throws(StorageError) {
                try move(to: number)
            } catch {
                throw ReadError(error)
            }
        }
        guard rowNumber == Int(number) else { return nil }
        if let cell = Cell(latestKeyStart: keyStart, number: number, value: rowValue) { return cell }
        throw damage(number)
    }

    /// Stands on the first row whose number is not below `number`, or past the last one.
    private mutating func move(to number: UInt32) throws(StorageError) {
        if rowNumber < 0 { return try descend(number) }
        var steps = 0
        while rowNumber < Int(number) {
            steps &+= 1
            // An entity may have a thousand rows of which two are wanted.
            if steps > Self.stepsBeforeDescent { return try descend(number) }
            note(try table.next(sharing: entityBytes))
        }
    }

    private mutating func descend(_ number: UInt32) throws(StorageError) {
        key.truncate(to: entityBytes)
        key.append(bigEndian: number)
        // A copy: the key belongs to this walk too.
        var walk = table
        let found = try walk.seek(atOrAfter: key.bytes)
        table = walk
        let isOfEntity = found?.key.starts(with: key.bytes.extracting(first: entityBytes)) == true
        note(isOfEntity ? found : nil)
    }

    /// Notes where the walk stands now, if that is a row of the entity.
    @inline(__always)
    @_lifetime(self: copy self, copy entry)
    private mutating func note(_ entry: Entry?) {
        guard let entry, entry.key.byteCount == entityBytes &+ 4 else {
            rowNumber = .max
            return
        }
        rowNumber = Int(entry.key.bigEndian(at: entityBytes, as: UInt32.self))
        rowValue = entry.value
    }

    @inline(never)
    private mutating func damage(_ number: UInt32) -> ReadError {
        key.truncate(to: entityBytes)
        key.append(bigEndian: number)
        let reason = "its checksum or its tag does not match"
        return .corrupted(Corruption(table: .latest, key: key.bytes, reason: reason))
    }
}
