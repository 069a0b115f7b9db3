internal import FStoreCatalog
internal import FStoreServices
internal import Logging

/// Tells the log each hour how far the audit trail has come. A log that is kept elsewhere shows then that the trail was
/// put back to an older state: `fstore audit verify --seen`.
enum AuditNotice {
    static func job(_ catalog: Catalog, _ logger: Logger) -> Job {
        Job("newest audit entry", every: .seconds(3600)) { try await tell(catalog, logger) }
    }

    static func tell(_ catalog: Catalog, _ logger: Logger) async throws(CatalogError) {
        guard let head = try await catalog.auditHead() else { return }
        logger.info("newest audit entry", metadata: ["seen": "\(AuditPlaceText.text(head))"])
    }
}
