internal import FStoreConnectors
internal import FStore
internal import FStoreIdentity
internal import HTTPTypes

/// One operation as OpenAPI 3.1 describes it.
struct OperationObject {
    private let operation: Operation

    init(_ operation: Operation) {
        self.operation = operation
    }

    /// - Parameter schemas: collects the named shapes.
    func object(_ schemas: inout SchemaObject) -> JSONValue {
        .members([
            "operationId": .string(operation.id),
            "tags": .strings([operation.group.title]),
            "summary": .string(operation.summary),
            "description": .description(operation.description),
            "parameters": operation.parameters.isEmpty
                ? nil : .array(operation.parameters.map { Self.object($0, &schemas) }),
            "requestBody": operation.body.map { Self.object($0, &schemas) },
            "responses": responses(&schemas),
            "security": operation.rule.access == .open
                ? .array([]) : .array([.members(["bearer": .array([])]), .members(["apiKey": .array([])])]),
            "x-fstore-document": .string(operation.owner.rawValue),
            "x-fstore-role": .string(operation.rule.access.name),
            "x-fstore-rate-class": .string(operation.rule.rate.rawValue),
        ])
    }

    private static func object(_ parameter: Parameter, _ schemas: inout SchemaObject) -> JSONValue {
        let schema = schemas.object(parameter.schema)
        let isArray = if case .array = parameter.schema { true } else { false }
        return .members([
            "name": .string(parameter.name),
            "in": .string(parameter.place.rawValue),
            "required": parameter.isRequired ? .bool(true) : nil,
            "description": .description(parameter.description),
            // A list that may also be repeated is one list, whichever way it is sent.
            "schema": parameter.repeats && !isArray ? list(of: schema, parameter.maxRepeats) : schema,
            "style": isArray || parameter.repeats ? .string("form") : nil,
            "explode": isArray || parameter.repeats ? .bool(parameter.repeats) : nil,
            "example": parameter.example.map { isArray ? .strings([$0]) : .string($0) },
        ])
    }

    private static func list(of schema: JSONValue, _ most: Int) -> JSONValue {
        .members(["type": .string("array"), "items": schema, "maxItems": .integer(Int64(most))])
    }

    private static func object(_ body: RequestBody, _ schemas: inout SchemaObject) -> JSONValue {
        let schema = schemas.object(body.schema)
        let example = try? JSONValue(body.example.utf8)
        let content = body.mediaTypes.map { mediaType -> (String, JSONValue) in
            if body.isStreamed(mediaType) {
                let text = JSONValue.members([
                    "type": .string("string"),
                    "description": TableFormat(mediaType: mediaType).map { .string(Self.description($0)) },
                ])
                let example = body.textExamples[mediaType]
                return (mediaType, .members(["schema": text, "example": example.map { .string($0) }]))
            }
            return (mediaType, .members(["schema": schema, "example": example]))
        }
        return .members(["required": .bool(body.isRequired), "content": .members(of: content)])
    }

    private static func description(_ format: TableFormat) -> String {
        switch format {
        case .arrow: "An Arrow IPC stream."
        case .csv: "CSV with a header (RFC 4180)."
        case .ndjson: "Lines of JSON, one object each."
        case .json: "JSON."
        }
    }

    private func responses(_ schemas: inout SchemaObject) -> JSONValue {
        let headers = ["X-Request-ID"] + (operation.rule.rate == .exempt ? [] : HeaderObjects.rate)
        var responses: [(Int, JSONValue)] = []
        for answer in operation.answers {
            let content = answer.schema.map { schema in
                let described = JSONValue.members(["schema": schemas.object(schema)])
                return JSONValue.members(of: ([answer.mediaType] + answer.otherMediaTypes).map { ($0, described) })
            }
            let object = JSONValue.members([
                "description": .string(answer.description),
                "headers": HeaderObjects.references(headers + answer.headers),
                "content": content,
            ])
            responses.append((answer.status, object))
        }
        let suffix = operation.owner.writesErrorAsCode ? "Code" : ""
        for error in DocumentedError.all(of: operation) {
            let reference = JSONValue.members(["$ref": .string("#/components/responses/E\(error.status)\(suffix)")])
            responses.append((error.status, reference))
        }
        responses.sort { $0.0 < $1.0 }
        return .members(of: responses.map { (String($0.0), $0.1) })
    }
}

extension Access {
    /// The least role that may, or `open`.
    var name: String {
        switch self {
        case .open: "open"
        case .role(let role): role.rawValue
        }
    }
}
