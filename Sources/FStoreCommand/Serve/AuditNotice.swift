internal import FStoreCatalog
internal import FStoreServices
internal import Logging

/// Logs the newest entry of the audit trail each hour. If the log is kept elsewhere, `fstore audit verify --seen` can
/// show with it that the trail was put back to an older state.
enum AuditNotice {
    static func job(_ catalog: Catalog, _ logger: Logger) -> Job {
        Job("newest audit entry", every: .seconds(3600)) { try await tell(catalog, logger) }
    }

    static func tell(_ catalog: Catalog, _ logger: Logger) async throws(CatalogError) {
        guard let head = try await catalog.auditHead() else { return }
        logger.info("newest audit entry", metadata: ["seen": "\(AuditPlaceText.text(head))"])
    }
}
