package import FStore
package import FStoreCatalog
package import FStoreIdentity
internal import FStoreTelemetry
internal import Synchronization

/// What the server uses, and how its parts are, in numbers.
package struct SystemStatusService: Sendable {
    let store: FeatureStore
    let catalog: Catalog
    private let health: HealthService
    private let caches: CacheStatistics
    let ingestion: IngestionMeter
    let time: TimeSource
    let meter: ProcessorMeter

    package init(
        store: FeatureStore,
        catalog: Catalog,
        health: HealthService,
        caches: CacheStatistics,
        ingestion: IngestionMeter,
        time: TimeSource
    ) {
        self.store = store
        self.catalog = catalog
        self.health = health
        self.caches = caches
        self.ingestion = ingestion
        self.time = time
        meter = ProcessorMeter(at: time.monotonic())
    }

    package struct Status: Sendable {
        package let condition: HealthService.Condition
        /// Since the server started.
        package let uptimeSeconds: Int
        /// Memory in RAM; `nil` when the system does not say.
        package let residentBytes: Int?
        /// The share of one processor that the process had over the last seconds; 100 is one processor all the time.
        package let processorPercent: Double?
        package let values: Probe
        package let catalog: Probe
        /// Why values cannot be written; `nil` when they can.
        package let obstacle: String?
        package let caches: CacheStatistics.Reading
    }

    /// One read.
    package struct Probe: Sendable {
        /// From the question to the answer; `nil` when there was none.
        package let milliseconds: Double?
        /// Why there was none.
        package let problem: String?
    }

    /// Reads once from the values and once from the catalog, and says how long that took.
    package func status(for caller: Principal) async -> Status {
        let usage = ProcessReading.usage()
        return Status(
            condition: health.report().condition,
            uptimeSeconds: health.uptimeSeconds,
            residentBytes: usage.map { Int($0.residentBytes) },
            processorPercent: usage.map { meter.percent($0.processorSeconds, at: time.monotonic()) },
            values: await probe("the values") { _ = try store.lastCommitTime() },
            catalog: await probe("the catalog") { _ = try await catalog.serverSettings() },
            obstacle: store.writeObstacle()?.description,
            caches: caches.reading
        )
    }

    private func probe(_ name: String, _ read: () async throws -> Void) async -> Probe {
        let start = time.monotonic()
        do {
            try await read()
            return Probe(milliseconds: Double(time.monotonic() - start) / 1_000_000, problem: nil)
        } catch {
            return Probe(milliseconds: nil, problem: "\(name) cannot be read: \(error)")
        }
    }

    var jobs: [Job] {
        [
            Job("rates", every: .seconds(5)) {
                if let usage = ProcessReading.usage() { meter.note(usage.processorSeconds, at: time.monotonic()) }
                ingestion.note(at: time.monotonic())
            }
        ]
    }
}

/// Remembers how much time on the processors the process had used some seconds ago.
final class ProcessorMeter: Sendable {
    private struct Sample {
        var seconds = 0.0
        var time: UInt64
    }

    private let samples: Mutex<(last: Sample, before: Sample)>

    /// - Parameter time: when the process began to count, in nanoseconds of a clock that never steps back.
    init(at time: UInt64) {
        let used = ProcessReading.usage()?.processorSeconds ?? 0
        let start = Sample(seconds: used, time: time)
        samples = Mutex((start, start))
    }

    func note(_ seconds: Double, at time: UInt64) {
        samples.withLock { $0 = (Sample(seconds: seconds, time: time), $0.last) }
    }

    /// The share of one processor since the note before the last one: over one interval of notes at least, two at most.
    func percent(_ seconds: Double, at time: UInt64) -> Double {
        let before = samples.withLock { $0.before }
        guard time > before.time else { return 0 }
        return max(0, seconds - before.seconds) / (Double(time - before.time) / 1_000_000_000) * 100
    }
}
