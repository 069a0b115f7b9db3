internal import FStoreLMDB

/// Adds up what the features of one space have stored, part by part, so that no read is open for long.
///
/// Counted are the keys and values of `history`, superseded values and tombstones included. Features that were deleted
/// are not, though their space may still be taken back.
package struct SpaceWalk: Sendable {
    /// Bytes of what was walked over so far.
    package private(set) var bytes = 0
    /// Features that are still to be walked over, the next one last.
    private var numbers: [UInt32]
    /// Where the walk goes on within the next feature; `nil` at its beginning.
    private var position: [UInt8]?

    /// Whether all of the space was walked over.
    package var isDone: Bool { numbers.isEmpty }

    /// - Parameter numbers: of the features to walk over.
    init(numbers: [UInt32]) {
        self.numbers = numbers.sorted(by: >)
    }

    /// Goes on over at most so many cells.
    mutating func step(_ snapshot: borrowing Snapshot, cells: Int) throws(ReadError) {
        let cursor = try snapshot.ownedCursor(over: .history)
        var left = cells
        do throws(StorageError) {
            while let number = numbers.last {
                let memory = Scratch(capacity: 512)
                var key = ByteComposer(in: memory)
                key.append(bigEndian: number)
                var found: Entry?
                if let position {
                    found = try cursor.walk.seek(atOrAfter: position.span.raw)
                } else {
                    found = try cursor.walk.seek(atOrAfter: key.bytes)
                }
                while let entry = found, entry.key.starts(with: key.bytes) {
                    if left == 0 {
                        position = entry.key.copied
                        return
                    }
                    left -= 1
                    bytes += entry.key.byteCount + entry.value.byteCount
                    found = try cursor.walk.next()
                }
                position = nil
                numbers.removeLast()
            }
        } catch {
            throw ReadError(error)
        }
    }
}
