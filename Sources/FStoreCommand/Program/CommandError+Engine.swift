internal import FStore
internal import FStoreCatalog
internal import FStoreConnectors
internal import FStoreSecurity
internal import FStoreServices

/// The one table from the errors of the layers below to exit statuses.
extension CommandError {
    /// `nil` for an error that neither this program nor its engine has thrown.
    init?(engine error: any Error) {
        switch error {
        case let error as CommandError: self = error
        case let error as OpenError: self.init(opening: error)
        case let error as ReadError: self.init(reading: error)
        case let error as WriteError: self.init(writing: error)
        case let error as MaintenanceError: self.init(keeping: error)
        case let error as LimitError: self.init(.badData, "limit", error.description)
        case let error as TimestampError: self.init(.badData, "invalid_time", error.description)
        case let error as JSONError: self.init(.badData, "invalid_json", error.description)
        case let error as Corruption: self.init(.inputOutput, "damaged", error.description)
        case let error as InputError: self.init(reading: error)
        case let error as LoadError: self.init(loading: error)
        case let error as CatalogError: self.init(catalog: error)
        case let error as StorePair.Mismatch: self.init(.inputOutput, "files_do_not_match", error.description)
        case let error as SealingKeyError: self.init(.inputOutput, "sealing_key", error.description)
        case let error as FileSealingError:
            self.init(.inputOutput, "sealed", "the backup \(error.description)")
        case let error as APIKeyCodeError: self.init(.badData, "api_key", error.description)
        default: return nil
        }
    }

    private init(catalog error: CatalogError) {
        let (status, code): (ExitStatus, String) =
            switch error {
            case .notFound, .unknownKey: (.no, "not_found")
            case .nameTaken, .addressTaken, .keyTaken: (.cannotCreate, "name_taken")
            case .lastAdmin: (.no, "last_admin")
            case .lastOperator: (.no, "last_operator")
            case .firstOrganization: (.no, "first_organization")
            case .organizationDeleted: (.no, "organization_deleted")
            case .notRotatable: (.no, "not_rotatable")
            case .tooMany: (.cannotCreate, "too_many")
            case .sourceBusy: (.tryAgain, "source_busy")
            case .sourceDisabled: (.no, "source_disabled")
            case .settingEnforced: (.cannotCreate, "setting_enforced")
            case .fileExists: (.cannotCreate, "not_empty")
            case .notACatalog: (.noInput, "not_a_catalog")
            case .newerFormat: (.inputOutput, "newer_format")
            case .busy, .canceled, .versionMismatch: (.tryAgain, "busy")
            case .empty, .behind, .damaged: (.inputOutput, "damaged")
            case .link: (.cannotCreate, "symbolic_link")
            case .full: (.inputOutput, "disk_full")
            case .auditClosed: (.noInput, "no_secret_key")
            case .auditDamaged: (.no, "damaged")
            case .storage: (.inputOutput, "storage")
            }
        self.init(status, code, error.description)
    }

    private init(reading error: InputError) {
        let (status, code): (ExitStatus, String) =
            switch error {
            case .cannotOpen: (.noInput, "no_input")
            case .cannotRead: (.inputOutput, "input")
            case .cannotDecode: (.badData, "not_decodable")
            case .interrupted: (.inputOutput, "interrupted")
            case .outsideOfRoot: (.noInput, "outside_of_root")
            case .tooManyFiles: (.usage, "too_many_files")
            case .noTimeZone: (.usage, "time_zone")
            case .notUTF8: (.badData, "not_utf8")
            case .noHeader: (.badData, "no_header")
            case .noColumn: (.badData, "no_column")
            case .repeatedColumn: (.badData, "repeated_column")
            case .openQuote: (.badData, "open_quote")
            case .longRow: (.badData, "long_row")
            case .endsEarly: (.badData, "input_changed")
            }
        self.init(status, code, error.description)
    }

    private init(loading error: LoadError) {
        let (status, code): (ExitStatus, String) =
            switch error {
            case .unknownFeature: (.no, "unknown_feature")
            case .wrongType: (.badData, "wrong_type")
            case .repeatedFeature: (.usage, "repeated_feature")
            case .unfinished: (.badData, "unfinished")
            case .otherInput: (.badData, "other_input")
            case .otherChoices: (.badData, "other_choices")
            case .unreadableBookmark: (.badData, "bad_bookmark")
            case .tooManyRejects: (.badData, "too_many_rejects")
            case .allRejected: (.badData, "all_rejected")
            case .rejectFile: (.cannotCreate, "reject_file")
            }
        self.init(status, code, error.description)
    }

    private init(opening error: OpenError) {
        let (status, code): (ExitStatus, String) =
            switch error {
            case .noStore: (.noInput, "no_store")
            case .notAStore: (.noInput, "not_a_store")
            case .directory: (.cannotCreate, "directory")
            case .alreadyOpen: (.tryAgain, "already_open")
            case .limit: (.badData, "limit")
            case .truncated, .damaged: (.inputOutput, "damaged")
            case .newerFormat: (.inputOutput, "newer_format")
            default: (.inputOutput, "storage")
            }
        var message = error.description
        if case .directory(let path, _) = error, let advice = FileOwner.advice(for: path) { message += "; \(advice)" }
        self.init(status, code, message)
    }

    private init(reading error: ReadError) {
        let (status, code): (ExitStatus, String) =
            switch error {
            case .unknownFeature: (.no, "unknown_feature")
            case .severalSpaces: (.badData, "several_spaces")
            case .limit: (.badData, "limit")
            case .readersFull: (.tryAgain, "readers_full")
            case .mapResized: (.tryAgain, "map_resized")
            case .corrupted: (.inputOutput, "damaged")
            default: (.inputOutput, "storage")
            }
        self.init(status, code, error.description)
    }

    private init(writing error: WriteError) {
        let (status, code): (ExitStatus, String) =
            switch error {
            case .unknownFeature: (.no, "unknown_feature")
            case .duplicateName, .definitionDiffers: (.cannotCreate, "duplicate_name")
            case .invalidName: (.badData, "invalid_name")
            case .wrongType: (.badData, "wrong_type")
            case .inexactInteger: (.badData, "inexact_integer")
            case .notFinite: (.badData, "not_finite")
            case .invalidJSON: (.badData, "invalid_json")
            case .limit: (.badData, "limit")
            case .busy: (.tryAgain, "busy")
            case .mapResized: (.tryAgain, "map_resized")
            case .lockHeld: (.tryAgain, "lock_held")
            case .eraseUnfinished: (.tryAgain, "unfinished")
            case .clockJump: (.inputOutput, "clock_jump")
            case .mapFull: (.inputOutput, "map_full")
            case .diskFull: (.inputOutput, "disk_full")
            case .corrupted: (.inputOutput, "damaged")
            default: (.inputOutput, "storage")
            }
        self.init(status, code, error.description)
    }

    private init(keeping error: MaintenanceError) {
        switch error {
        case .notEmpty: self.init(.cannotCreate, "not_empty", error.description)
        case .directory: self.init(.cannotCreate, "directory", error.description)
        case .notAStore: self.init(.noInput, "not_a_store", error.description)
        case .unfinished: self.init(.tryAgain, "unfinished", error.description)
        case .write(let inner): self.init(writing: inner)
        case .read(let inner): self.init(reading: inner)
        default: self.init(.inputOutput, "storage", error.description)
        }
    }
}
