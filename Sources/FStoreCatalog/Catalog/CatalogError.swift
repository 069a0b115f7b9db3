internal import GRDB

/// Why an operation on the catalog did nothing.
package enum CatalogError: Error, Hashable, Sendable {
    /// There is no such row, or it belongs to another organization. The two are not told apart.
    case notFound
    /// Something of this name exists already where names are unique.
    case nameTaken(String)
    /// Somebody has this e-mail address.
    case addressTaken(String)
    /// Nobody would be left who manages the organization.
    case lastAdmin
    /// Nobody would be left who runs the server.
    case lastOperator
    /// The first organization is the server's own: it is neither disabled nor deleted.
    case firstOrganization
    /// The organization is being deleted, or was.
    case organizationDeleted
    /// The API key is already in the catalog, in use or revoked.
    case keyTaken
    /// There is no API key of this id in any organization.
    case unknownKey(String)
    /// The API key gets no successor.
    case notRotatable(RotationObstacle)
    /// The row has changed since the caller read it.
    case versionMismatch
    /// A run of this source waits or goes on.
    case sourceBusy(String)
    /// The source is not to be used.
    case sourceDisabled(String)
    /// There are as many as there may be.
    case tooMany(what: String, limit: Int)
    /// The organization enforces this setting, and its teams have no other value for it.
    case settingEnforced(String)
    /// The file was written by a newer program.
    case newerFormat(found: Int, supported: Int)
    /// The file is there, but it is not a catalog.
    case notACatalog(file: String)
    /// The file is empty: a catalog gets its name only when it is complete, so all of it was cut off.
    case empty(file: String)
    /// The file has fewer commits than it once had: its write-ahead log was cut off, or an older copy took its place.
    case behind(file: String, commits: Int64, noted: Int64)
    /// SQLite finds the file damaged.
    case damaged(String)
    /// A symbolic link stands where a file of the catalog belongs.
    case link(String)
    /// The disk has no room.
    case full
    /// The target of a backup exists already.
    case fileExists(String)
    /// Another process has been writing for longer than an operation waits.
    case busy
    /// The program has no key for the audit trail, so it cannot store the entry of a change.
    case auditClosed
    /// The audit trail is damaged, so it is not pruned.
    case auditDamaged(AuditProblem)
    /// The caller gave up. Nothing was changed.
    case canceled
    /// SQLite or the system refused.
    case storage(String)
}

extension CatalogError: CustomStringConvertible {
    /// A sentence to act on.
    package var description: String {
        switch self {
        case .notFound:
            "there is no such entry"
        case .nameTaken(let name):
            "the name \(name) is taken"
        case .addressTaken(let address):
            "somebody has the e-mail address \(address) already"
        case .lastAdmin:
            "this is the last admin of the organization; make somebody else an admin first"
        case .lastOperator:
            "this is the last operator of the server; make somebody else an operator first"
        case .firstOrganization:
            "the first organization is the server's own; it cannot be disabled or deleted"
        case .organizationDeleted:
            "the organization is being deleted, or was; it does not change any more"
        case .keyTaken:
            "this API key is in the catalog already; make a new one"
        case .unknownKey(let id):
            "there is no key \(id)"
        case .notRotatable(.revoked):
            "the key is revoked, and gets no successor; make a new one"
        case .notRotatable(.expired):
            "the key has ended, and gets no successor; make a new one"
        case .notRotatable(.replaced(let successor)):
            "the key has a successor, \(successor); rotate that one"
        case .versionMismatch:
            "somebody else has changed the entry; read it again"
        case .sourceBusy(let name):
            "the source \"\(name)\" is being read; wait until that is done, or stop it"
        case .sourceDisabled(let name):
            "the source \"\(name)\" is disabled; enable it first"
        case .tooMany(let what, let limit):
            "there are \(limit) \(what), the most there may be; remove one first"
        case .settingEnforced(let name):
            "the organization enforces \(name): a team cannot have another value; ask for it to be enforced no longer"
        case .newerFormat(let found, let supported):
            "the catalog has format \(found), this program knows formats up to \(supported); use a newer program"
        case .notACatalog(let file):
            "\(file) is not a catalog of this program"
        case .empty(let file):
            "\(file) is empty: what it held is gone; restore values.mdb and catalog.sqlite from one backup"
        case .behind(let file, let commits, let noted):
            "\(file) has \(commits) commits and had \(noted): its -wal was cut off, or an older copy took its place; "
                + "restore values.mdb and catalog.sqlite from one backup into an empty directory"
        case .damaged(let reason):
            "the catalog is damaged (\(reason)); restore values.mdb and catalog.sqlite from one backup"
        case .link(let file):
            "\(file) is a symbolic link, which could lead anywhere; put the file itself there"
        case .full:
            "the disk has no room for the catalog; make room and try again"
        case .fileExists(let file):
            "\(file) exists already; name a file that does not"
        case .busy:
            "another process is writing to the catalog; try again"
        case .auditClosed:
            "this program has no key for the audit trail, so it changes nothing"
        case .auditDamaged(let problem):
            "the audit trail is damaged: \(problem.description)"
        case .canceled:
            "the operation was canceled; nothing was changed"
        case .storage(let reason):
            "the catalog cannot be used: \(reason)"
        }
    }
}

extension CatalogError {
    /// What an error inside of an operation means to its caller.
    ///
    /// The text of a statement and its arguments stay out of it: they may hold what is stored.
    init(_ error: any Error) {
        switch error {
        case let error as CatalogError:
            self = error
        case is CancellationError:
            self = .canceled
        case let error as DatabaseError:
            switch error.resultCode {
            case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy
            case .SQLITE_INTERRUPT, .SQLITE_ABORT: self = .canceled
            case .SQLITE_FULL: self = .full
            case .SQLITE_CORRUPT: self = .damaged(error.message ?? "SQLite gives no reason")
            default: self = .storage("SQLite \(error.extendedResultCode.rawValue): \(error.message ?? "no message")")
            }
        default:
            self = .storage(String(describing: error))
        }
    }
}
