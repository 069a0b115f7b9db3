internal import FStoreLMDB

/// Maintenance on request.
extension FeatureStore {
    /// Takes back the space of deleted features and of what retention no longer keeps, and waits until that is done.
    ///
    /// The store also does this in the background. Call it to do it now; other writes go on beside it.
    @discardableResult
    public func sweep() throws(MaintenanceError) -> SweepReport {
        do throws(WriteError) {
            return try sweep(withRetention: true)
        } catch {
            throw .write(error)
        }
    }

    @discardableResult
    func sweep(withRetention: Bool) throws(WriteError) -> SweepReport {
        let answer = Monitor<Result<SweepReport, MaintenanceError>?>(nil)
        try enqueue { writer in
            if withRetention { writer.scheduleSweep() }
            writer.schedule(.tell { result in answer.withLock { $0 = result } })
        }
        switch answer.wait({ state, _ in state }) {
        case .success(let report): return report
        case .failure(.write(let error)): throw error
        case .failure(let error): throw .storage(error.description)
        case nil: throw .closed
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
