internal import FStoreLMDB

/// Maintenance on request.
extension FeatureStore {
    /// Takes back the space of deleted features and of what retention no longer keeps, and waits until that is done.
    ///
    /// The store also does this in the background. Call it to do it now; other writes go on beside it.
    @discardableResult
    public func sweep() throws(MaintenanceError) -> SweepReport {
        do throws(WriteError) {
            return try maintaining(withRetention: true)
        } catch {
            throw .write(error)
        }
    }

    /// Takes back the space of deleted and erased features, and waits until that is done.
    ///
    /// - Throws: ``MaintenanceError/unfinished(_:)`` with the obstacle. The store tries again by itself.
    @discardableResult
    public func reclaim() throws(MaintenanceError) -> SweepReport {
        do throws(WriteError) {
            return try maintaining(withRetention: false)
        } catch {
            throw .unfinished(error)
        }
    }

    private func maintaining(withRetention: Bool) throws(WriteError) -> SweepReport {
        let answer = Monitor<Result<SweepReport, WriteError>?>(nil)
        try enqueue(
            ChangeRequest { writer in
                if withRetention { writer.scheduleSweep() }
                writer.schedule(.tell { result in answer.withLock { $0 = result } })
            } refusal: { error in
                answer.withLock { $0 = .failure(error) }
            }
        )
        while true {
            // The writer may come to wait for another process in the middle of it.
            if let result = answer.wait(timeout: .seconds(1), { state, _ in state }) {
                return try result.get()
            }
            if case .lockHeld = queue?.obstacle, let error = queue?.obstacle { throw error }
        }
    }

    /// Clears the reader slots of processes that died without closing. Returns how many there were.
    ///
    /// Opening a store does this too; a server that runs for long may do it now and then.
    @discardableResult
    public func clearStaleReaders() throws(MaintenanceError) -> Int {
        let environment: Environment
        do throws(ReadError) { environment = try readers.environment() } catch { throw .read(error) }
        do throws(StorageError) {
            return try environment.clearStaleReaders()
        } catch {
            throw MaintenanceError(error)
        }
    }
}
