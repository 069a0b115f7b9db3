internal import FStore
package import FStoreCatalog
package import FStoreIdentity
internal import FStoreTelemetry

/// What document 001 asks about the service.
extension SystemStatusService {
    package struct Service: Sendable {
        package let isRunning: Bool
        package let lastCycle: UnixNanoseconds?
        package let completed: Int
        package let failed: Int
        package let failingSources: Int
        package let failingFeatures: Int
        package let poolSize: Int
        package let activeConnections: Int
        package let availableBytes: Int
        package let totalRecords: Int64
    }

    /// What the service does for the caller's organization.
    package func service(for caller: Principal) async throws(CatalogError) -> Service {
        let jobs = try await catalog.ingestionStatus(organization: caller.organizationID)
        let totals = try await catalog.ingestionTotals(organization: caller.organizationID)
        return Service(
            isRunning: !jobs.open.isEmpty,
            lastCycle: jobs.lastCompleted?.ended,
            completed: jobs.completed,
            failed: jobs.failed,
            failingSources: totals.failingSources,
            failingFeatures: totals.failingFeatures,
            poolSize: Catalog.poolSize,
            activeConnections: catalog.activeConnections,
            availableBytes: catalog.availableBytes,
            totalRecords: totals.stored
        )
    }

    package struct Metrics: Sendable {
        package let processorPercent: Double
        package let residentBytes: Double
        package let diskBytes: Double
        package let recordsPerSecond: Double
        package let errorRate: Double
        package let activeJobs: Int
        package let connections: Int
        package let querySeconds: Double
    }

    /// What the server uses, and how fast it reads sources.
    package func metrics(for caller: Principal) async throws(CatalogError) -> Metrics {
        let (usage, now) = (ProcessReading.usage(), time.monotonic())
        let jobs = try await catalog.ingestionStatus(organization: caller.organizationID)
        let query = Double(time.monotonic() - now) / 1_000_000_000
        let rates = ingestion.rates(at: now)
        let values = (try? store.statistics()).map { Double($0.fileBytes) } ?? 0
        return Metrics(
            processorPercent: usage.map { meter.percent($0.processorSeconds, at: now) } ?? 0,
            residentBytes: usage?.residentBytes ?? 0,
            diskBytes: values + Double(catalog.diskBytes),
            recordsPerSecond: rates.recordsPerSecond,
            errorRate: rates.errorRate,
            activeJobs: jobs.open.count,
            connections: catalog.activeConnections,
            querySeconds: query
        )
    }
}
