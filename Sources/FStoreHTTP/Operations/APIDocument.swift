internal import FStoreIdentity

/// The documents that define the API, by the number they are known by, and the project's own additions.
enum APIDocument: String, Sendable {
    case features = "000"
    case ingestion = "001"
    case teams = "002"
    case platform = "003"
    case models = "004"
    case house = "fstore"

    /// Whether answers are wrapped in `{"success", "data", …}`.
    var wrapsAnswers: Bool { self == .ingestion }
    /// Whether the member `error` of an error is a code and not an object.
    var writesErrorAsCode: Bool { self == .platform }
    /// The status of content that is well formed and wrong.
    var validationStatus: Int { self == .platform ? 400 : 422 }
    /// The limit that it sets for each client's address.
    var addressClass: AddressClass? {
        switch self {
        case .ingestion: .ingestion
        case .platform: .platform
        case .features, .teams, .models, .house: nil
        }
    }
    /// Entries on a page when the caller does not say.
    var defaultPageLimit: Int { self == .features ? 10 : 100 }
}
