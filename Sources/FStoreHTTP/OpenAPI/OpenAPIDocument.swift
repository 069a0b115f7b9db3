internal import FStoreServices
internal import FStore
internal import FStoreText
internal import HTTPTypes

/// The OpenAPI 3.1 document of the server, made from the table of operations.
struct OpenAPIDocument {
    let operations: [Operation]

    private static let introduction = """
        The value of any feature of any entity, now, at any time, and as it was known at any time.

        Limits on the length of texts count bytes of UTF-8; `maxLength` counts characters and is therefore only \
        necessary, not sufficient, for texts beyond ASCII.
        """

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        JSONText.append(object, to: &bytes)
        return bytes
    }

    private var object: JSONValue {
        var schemas = SchemaObject()
        let paths = paths(&schemas)
        let responses = responses(&schemas)
        return .members([
            "openapi": .string("3.1.0"),
            "info": .members([
                "title": .string("FStore"),
                "version": .string(ProgramVersion.text),
                "summary": .string("An online feature store that keeps the history of every value."),
                "description": .string(Self.introduction),
            ]),
            "servers": .array([.members(["url": .string("/"), "description": .string("This server.")])]),
            "tags": tags,
            "paths": paths,
            "components": .members([
                "schemas": .members(of: schemas.named.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }),
                "responses": responses,
                "headers": HeaderObjects.components,
                "securitySchemes": Self.securitySchemes,
            ]),
        ])
    }

    private var tags: JSONValue {
        let used = OperationGroup.allCases.filter { group in operations.contains { $0.group == group } }
        return .array(
            used.map { .members(["name": .string($0.title), "description": .string($0.description)]) }
        )
    }

    private func paths(_ schemas: inout SchemaObject) -> JSONValue {
        var order: [String] = []
        var members: [String: [(String, JSONValue)]] = [:]
        for operation in operations {
            let path = operation.path.text
            if members[path] == nil { order.append(path) }
            let object = OperationObject(operation).object(&schemas)
            members[path, default: []].append((operation.method.rawValue.lowercased(), object))
        }
        return .members(of: order.map { ($0, .members(of: members[$0] ?? [])) })
    }

    /// Errors, once for each form of their body.
    private func responses(_ schemas: inout SchemaObject) -> JSONValue {
        let all = Set(operations.flatMap { DocumentedError.all(of: $0) }).sorted { $0.status < $1.status }
        var members: [(String, JSONValue)] = []
        for (suffix, schema) in [("", DocumentedError.schema), ("Code", DocumentedError.codeSchema)] {
            for error in all {
                let content = JSONValue.members(["schema": schemas.object(schema)])
                let object = JSONValue.members([
                    "description": .string(error.description),
                    "headers": HeaderObjects.references(["X-Request-ID"] + error.headers),
                    "content": .members(of: [("application/json", content)]),
                ])
                members.append(("E\(error.status)\(suffix)", object))
            }
        }
        return .members(of: members)
    }

    private static let securitySchemes = JSONValue.members([
        "bearer": .members([
            "type": .string("http"),
            "scheme": .string("bearer"),
            "description": .string("`Authorization: Bearer fl_…`, an API key."),
        ]),
        "apiKey": .members([
            "type": .string("apiKey"),
            "in": .string("header"),
            "name": .string("X-API-Key"),
            "description": .string("The same key, in a header of its own."),
        ]),
    ])
}
