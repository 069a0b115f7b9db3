internal import FStoreLMDB

/// How reads come to series and to rows of `latest`.
extension Snapshot {
    /// The newest cell of a feature and an entity, as `latest` has it: one search in the smaller of the two tables.
    @inline(__always)
    @_lifetime(borrow self)
    borrowing func latestCell(_ feature: FeatureHandle, _ entity: RawSpan) throws(ReadError) -> Cell? {
        var key = ByteComposer(in: scratch)
        key.appendLatestKey(space: feature.space, entity, feature.number)
        do throws(StorageError) {
            guard let value = try transaction.value(forKey: key.bytes, at: StoreTables.latestSlot) else { return nil }
            guard let cell = Cell(latestKey: key.bytes, value: value) else { throw StorageError.damaged(code: 0) }
            return cell
        } catch .damaged(code: 0) {
            let reason = "its checksum or its tag does not match"
            throw .corrupted(Corruption(table: .latest, key: key.bytes, reason: reason))
        } catch {
            throw ReadError(error)
        }
    }

    /// A search in `history`. Over pages no other use of the snapshot disturbs it; else it shares a cursor with all
    /// searches that are not owned.
    ///
    /// - Parameter near: whether the first search is likely to end close to the last one.
    @inline(__always)
    @_lifetime(borrow self)
    borrowing func historyWalk(near: Bool) throws(ReadError) -> TableWalk {
        do throws(StorageError) {
            return try transaction.walk(StoreTables.historySlot, near: near)
        } catch {
            throw ReadError(error)
        }
    }

    /// A search in `latest`; as ``historyWalk(near:)``.
    @_lifetime(borrow self)
    borrowing func latestWalk() throws(ReadError) -> TableWalk {
        do throws(StorageError) {
            return try transaction.walk(StoreTables.latestSlot, near: false)
        } catch {
            throw ReadError(error)
        }
    }

    /// A cursor for a walk that must not be disturbed.
    @_lifetime(borrow self)
    borrowing func ownedCursor(over table: StoreTable) throws(ReadError) -> OwnedCursor {
        do throws(StorageError) {
            return try OwnedCursor(over: tables[table], in: transaction)
        } catch {
            throw ReadError(error)
        }
    }
}
