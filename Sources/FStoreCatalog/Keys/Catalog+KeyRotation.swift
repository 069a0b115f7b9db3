package import FStoreSecurity
internal import GRDB

/// Why a key gets no successor.
package enum RotationObstacle: Hashable, Sendable {
    case revoked
    case expired
    /// It has one: the key of this id.
    case replaced(by: String)
}

extension Catalog {
    /// How long a key works on beside its successor, in nanoseconds: a day.
    package static let rotationOverlap: UnixNanoseconds = 86_400_000_000_000

    /// Makes a key of equal user, name, role, limit and end, and lets the old one end within a day.
    ///
    /// Throws ``CatalogError/notRotatable(_:)`` for a key that has ended or has a successor already.
    ///
    /// - Parameter code: the text of the new key, for the old key's user.
    package func rotateKey(
        _ id: String,
        organization: Int64,
        code: APIKeyCode,
        by actor: AuditActor
    ) async throws(CatalogError) -> APIKey {
        let now = clock.now()
        return try await change(by: actor) { database, trail in
            let old = try APIKey.fetch(id, organization: organization, from: database)
            if let obstacle = try old.rotationObstacle(at: now, in: database) {
                throw CatalogError.notRotatable(obstacle)
            }
            let new = NewAPIKey(
                code: code,
                name: old.name,
                role: old.role,
                expires: old.expires,
                quota: old.quota,
                replaces: old.id
            )
            let key = try new.insert(organization: organization, at: now, into: database)
            let end = min(old.expires ?? .max, now + Self.rotationOverlap)
            try database.execute(sql: "UPDATE api_keys SET expires = ? WHERE id = ?", arguments: [end, id])
            try trail.note(
                .keyRotate,
                id,
                organization: organization,
                details: [(name: "name", value: old.name), (name: "successor", value: key.id)]
            )
            return key
        }
    }
}

extension APIKey {
    fileprivate func rotationObstacle(at now: UnixNanoseconds, in database: Database) throws -> RotationObstacle? {
        if revoked != nil { return .revoked }
        if let expires, expires <= now { return .expired }
        let sql = "SELECT id FROM api_keys WHERE replaces = ?"
        return try String.fetchOne(database, sql: sql, arguments: [id]).map(RotationObstacle.replaced)
    }
}
