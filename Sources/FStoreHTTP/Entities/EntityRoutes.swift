internal import FStore
internal import FStoreIdentity
internal import FStoreServices
internal import HTTPTypes

/// What is known of one entity, over all features.
struct EntityRoutes: Sendable {
    let values: ValueService

    var operations: [Operation] { [erase] }

    private var erase: Operation {
        Operation(
            "eraseEntity",
            .delete,
            "/api/v1/entities/{entity_id}",
            owner: .house,
            access: .role(.admin),
            rate: .write,
            summary: "Erase an entity",
            description: """
                Removes every value of the entity in every feature physically, history and all. It cannot be undone; \
                backups that were made before still have it.
                """,
            parameters: [.path("entity_id", ValueSchema.entityID, "The entity's name.", example: "customer_123")],
            answers: [
                DocumentedAnswer(
                    200,
                    "How many values are gone.",
                    .members(.required("entity_id", .text(1...255)), .required("erased", .integer(0...Int64.max)))
                )
            ],
            errors: [507]
        ) { call in
            let name = try call.pathParameter("entity_id")
            guard let entity = try? EntityID(name) else {
                throw APIError.invalid("entity_id", "must have 1 to 255 bytes; it has \(name.utf8.count)")
            }
            let erased = try await values.erase(entity, for: call.caller)
            let output = JSONBuffer()
            output.append("{\"entity_id\":")
            output.appendString(entity.text.utf8Span.span)
            output.append(",\"erased\":")
            output.append(erased)
            output.append(UInt8(ascii: "}"))
            return .json(output)
        }
    }
}
