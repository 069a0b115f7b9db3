/// Every request of document 000, in the order in which it lists them.
enum FeatureDocumentFixtures {
    private static let feature: [String: ContractFixture.Kind] = [
        "id": .uuid, "name": .text, "description": .text, "owner": .text, "created_at": .time, "updated_at": .time,
        "tags": .texts,
    ]
    private static let source: [String: ContractFixture.Kind] = [
        "id": .text, "name": .text, "type": .text, "created_at": .time, "updated_at": .time, "config": .object,
    ]

    static let all = [
        ContractFixture(
            method: "GET",
            path: "/features",
            query: "?page=1&limit=10&tag=customer&owner=growth",
            status: 200,
            answer: ["items": .objects, "total": .integer, "page": .integer, "limit": .integer],
            items: feature
        ),
        ContractFixture(
            method: "POST",
            path: "/features",
            body: """
                {"name":"order_count","description":"Orders of the last year","source":{"type":"postgresql",\
                "query":"SELECT customer, COUNT(*) FROM purchases GROUP BY customer","update_frequency":"2h"},\
                "tags":["customer","orders"],"owner":"growth"}
                """,
            status: 201,
            answer: feature.merging(["source": .object]) { first, _ in first }
        ),
        ContractFixture(method: "GET", path: "/features/{feature_id}", status: 200, answer: feature),
        ContractFixture(
            method: "PATCH",
            path: "/features/{feature_id}",
            body: #"{"description":"Told better","tags":["customer","checked"]}"#,
            status: 200,
            answer: feature
        ),
        ContractFixture(
            method: "POST",
            path: "/features/{feature_id}/values",
            body: #"{"entity_id":"c-7","value":12.25,"timestamp":"2024-03-01T08:00:00Z"}"#,
            status: 201,
            answer: [
                "feature_id": .uuid, "name": .text, "entity_id": .text, "value": .number, "timestamp": .time,
                "committed_at": .time,
            ]
        ),
        ContractFixture(
            method: "GET",
            path: "/features/{feature_id}/values",
            query: "?entity_ids=c-7,c-8",
            status: 200,
            answer: [
                "feature_id": .uuid, "name": .text, "items": .objects, "missing": .texts, "total": .integer,
                "page": .integer, "limit": .integer,
            ],
            items: ["entity_id": .text, "value": .number, "timestamp": .time]
        ),
        ContractFixture(
            method: "GET",
            path: "/features/{feature_id}/values",
            query: "?entity_ids=c-7&start_time=2024-01-01T00:00:00Z&end_time=2024-12-31T00:00:00Z",
            status: 200,
            answer: ["items": .objects, "total": .integer, "page": .integer, "limit": .integer],
            items: ["entity_id": .text, "value": .number, "timestamp": .time]
        ),
        ContractFixture(method: "DELETE", path: "/features/{feature_id}", status: 204),
        ContractFixture(
            method: "POST",
            path: "/sources",
            body: """
                {"type":"postgresql","name":"orders","config":{"host":"db.internal","port":5433,"database":"shop",\
                "user":"reader","password":"not to be seen"}}
                """,
            status: 201,
            answer: source
        ),
        ContractFixture(
            method: "GET",
            path: "/sources",
            status: 200,
            answer: ["items": .objects, "total": .integer, "page": .integer, "limit": .integer],
            items: ["id": .text, "name": .text, "type": .text]
        ),
    ]
}
