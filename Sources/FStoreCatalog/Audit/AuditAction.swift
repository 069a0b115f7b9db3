/// What the audit trail calls each kind of change: `<noun>.<verb>`.
package enum AuditAction: String, CaseIterable, Sendable {
    case organizationCreate = "organization.create"
    case organizationUpdate = "organization.update"
    case organizationDelete = "organization.delete"
    /// The values of a deleted organization are gone.
    case organizationErase = "organization.erase"
    case userCreate = "user.create"
    case userUpdate = "user.update"
    case userRole = "user.role"
    case userDisable = "user.disable"
    case userEnable = "user.enable"
    case userDelete = "user.delete"
    case userInvite = "user.invite"
    case passwordSet = "password.set"
    case sessionCreate = "session.create"
    case sessionFail = "session.fail"
    case sessionEnd = "session.end"
    /// A refresh token was used a second time, so it may have been stolen, and the session was ended.
    case sessionReuse = "session.reuse"
    case tokenKeyRotate = "token_key.rotate"
    case teamCreate = "team.create"
    case teamDelete = "team.delete"
    case teamMemberAdd = "team_member.add"
    case teamMemberRemove = "team_member.remove"
    case keyCreate = "key.create"
    case keyRotate = "key.rotate"
    case keyRevoke = "key.revoke"
    case sourceCreate = "source.create"
    case sourceUpdate = "source.update"
    case sourceDelete = "source.delete"
    case ingestionStart = "ingestion.start"
    case ingestionStop = "ingestion.stop"
    case webhookCreate = "webhook.create"
    case webhookDelete = "webhook.delete"
    case featureCreate = "feature.create"
    case featureUpdate = "feature.update"
    case featureDelete = "feature.delete"
    case valuesDelete = "values.delete"
    case valuesErase = "values.erase"
    case entityErase = "entity.erase"
    case patternSync = "pattern.sync"
    case patternDelete = "pattern.delete"
    case configurationUpdate = "configuration.update"
    case maintenanceSet = "maintenance.set"
    case rateLimitSet = "rate_limit.set"
    case auditPrune = "audit.prune"
    /// A new chain starts here. Entries before it cannot be checked: the key is another one, or the mark was changed.
    case auditRestart = "audit.restart"

    /// Whether it removes values, which also works when the disk is full.
    var erases: Bool {
        switch self {
        case .featureDelete, .valuesDelete, .valuesErase, .entityErase: true
        default: false
        }
    }
}
