internal import HTTPTypes

/// The words behind a status.
enum StatusText {
    static func text(_ status: Int) -> String { HTTPResponse.Status(code: status).reasonPhrase }
}
