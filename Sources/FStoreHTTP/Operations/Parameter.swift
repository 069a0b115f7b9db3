internal import FStoreConnectors

/// A parameter of the path, the query or a header.
struct Parameter: Sendable {
    enum Place: String, Sendable {
        case path, query, header
    }

    let name: String
    let place: Place
    let isRequired: Bool
    /// How often it may be given: once, unless its values add up.
    let maxRepeats: Int
    var repeats: Bool { maxRepeats > 1 }
    /// An array is written with commas between its elements, unless the parameter repeats.
    let schema: Schema
    let description: String
    /// A value that works as it stands, for the documents: pages that send requests fill it in.
    let example: String?

    static func path(_ name: String, _ schema: Schema, _ description: String, example: String? = nil) -> Parameter {
        Parameter(
            name: name,
            place: .path,
            isRequired: true,
            maxRepeats: 1,
            schema: schema,
            description: description,
            example: example
        )
    }

    static func query(
        _ name: String,
        _ schema: Schema,
        _ description: String,
        isRequired: Bool = false,
        maxRepeats: Int = 1,
        example: String? = nil
    ) -> Parameter {
        Parameter(
            name: name,
            place: .query,
            isRequired: isRequired,
            maxRepeats: maxRepeats,
            schema: schema,
            description: description,
            example: example
        )
    }

    static func header(_ name: String, _ schema: Schema, _ description: String) -> Parameter {
        Parameter(
            name: name,
            place: .header,
            isRequired: false,
            maxRepeats: 1,
            schema: schema,
            description: description,
            example: nil
        )
    }
}

/// What an operation reads from the body of a request.
struct RequestBody: Sendable {
    /// Values that a body of JSON may consist of, each element and each member counted: they take more memory than the
    /// text. A batch of 50 000 values has a tenth of that.
    static let maxNodes = 2_000_000

    /// Media types that are taken, the usual one first.
    let mediaTypes: [String]
    let schema: Schema
    /// One that works, for the documents.
    let example: String
    /// The most bytes that are taken; more is 413. `nil`: without an end, since it is read as a stream.
    let maxBytes: Int?
    let isRequired: Bool
    /// Examples in other media types than JSON.
    var textExamples: [String: String] = [:]

    /// Whether a body of this type is read as it comes in: lines and tables, of any size.
    func isStreamed(_ mediaType: String) -> Bool {
        TableFormat(mediaType: mediaType).map { $0 != .json } ?? false
    }

    static func json(
        _ schema: Schema,
        example: String,
        maxBytes: Int = 1_048_576,
        alsoTaking mediaTypes: [String] = []
    ) -> RequestBody {
        RequestBody(
            mediaTypes: ["application/json"] + mediaTypes,
            schema: schema,
            example: example,
            maxBytes: maxBytes,
            isRequired: true,
            // One line is one object.
            textExamples: [TableFormat.ndjson.mediaType: example + "\n"]
        )
    }
}

/// An answer as the documents describe it.
struct DocumentedAnswer: Sendable {
    let status: Int
    let description: String
    let mediaType: String
    /// Others that it may have, depending on what is asked for.
    let otherMediaTypes: [String]
    /// `nil` for an answer without a body.
    let schema: Schema?
    /// Headers beyond those that every answer has.
    let headers: [String]

    init(
        _ status: Int,
        _ description: String,
        _ schema: Schema?,
        mediaType: String = "application/json",
        or otherMediaTypes: [String] = [],
        headers: [String] = []
    ) {
        self.otherMediaTypes = otherMediaTypes
        self.status = status
        self.description = description
        self.schema = schema
        self.mediaType = mediaType
        self.headers = headers
    }
}
