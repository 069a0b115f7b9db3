internal import FStoreServices
internal import Logging
internal import ServiceLifecycle

/// The jobs of the server, as one of the services that start and stop together.
struct Upkeep: Service {
    let jobs: [Job]
    let logger: Logger

    func run() async throws {
        let runner = JobRunner(jobs) { [logger] job, error in
            logger.error("a job failed", metadata: ["job": "\(job.name)", "reason": "\(error)"])
        }
        await cancelWhenGracefulShutdown { await runner.run() }
    }
}
