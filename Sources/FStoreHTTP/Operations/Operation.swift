internal import FStoreWire
internal import FStoreIdentity
internal import HTTPTypes

/// One thing that a client can ask for: everything that the router, the gate, the OpenAPI document, the table of
/// operations in the docs and the tests of permissions know about it.
struct Operation: Sendable {
    /// Unique, in lower camel case: `listFeatures`.
    let id: String
    let method: HTTPRequest.Method
    let path: PathTemplate
    /// The document that defines it, and whose style it answers in.
    let owner: APIDocument
    /// Who may, and against which limit it counts. There is no default: an operation without a permission does not
    /// compile. The fast path reads it from here too.
    private(set) var rule: AccessRule
    /// The form in which the fast path answers it in front of the HTTP decoder; `nil` for nearly all.
    let hot: HotForm?
    /// Where the documents list it; the table says so.
    var group = OperationGroup.documentation
    /// One line for lists.
    let summary: String
    /// What a reader needs beyond the summary; Markdown.
    let description: String
    let parameters: [Parameter]
    let body: RequestBody?
    /// What it answers when all is well, by status. The statuses of errors follow from the rest.
    let answers: [DocumentedAnswer]
    /// Statuses of errors that do not follow from the rest.
    let errors: [Int]
    /// Refuses, for a client that waits to hear whether its body is wanted, what needs no body to be refused.
    let beforeBody: Check?
    let handler: Handler

    typealias Handler = @Sendable (Call) async throws -> Reply
    typealias Check = @Sendable (Call) async throws -> Void

    /// - Parameters:
    ///   - pausesInMaintenance: whether maintenance closes it for all but operators; when left out, whether its rate
    ///     class is that of writes. Operations that sign in or out go on.
    ///   - ownLimit: requests of it that each credential may make a minute, beside the limit of the class.
    init(
        _ id: String,
        _ method: HTTPRequest.Method,
        _ path: String,
        owner: APIDocument,
        access: Access,
        rate: RateClass,
        addressClass: AddressClass? = nil,
        pausesInMaintenance: Bool? = nil,
        ownLimit: Int? = nil,
        hot: HotForm? = nil,
        storesValues: Bool = false,
        summary: String,
        description: String = "",
        parameters: [Parameter] = [],
        body: RequestBody? = nil,
        answers: [DocumentedAnswer],
        errors: [Int] = [],
        beforeBody: Check? = nil,
        handler: @escaping Handler
    ) {
        self.id = id
        self.method = method
        self.path = PathTemplate(path)
        self.owner = owner
        // What costs nothing, such as health, is not counted; the rest as its document says.
        rule = AccessRule(
            access: access,
            rate: rate,
            addressClass: rate == .exempt ? nil : addressClass ?? owner.addressClass,
            pausesInMaintenance: pausesInMaintenance,
            ownLimit: ownLimit,
            storesValues: storesValues
        )
        self.hot = hot
        self.summary = summary
        self.description = description
        self.parameters = parameters
        self.body = body
        self.answers = answers
        self.errors = errors
        self.beforeBody = beforeBody
        self.handler = handler
    }

    /// The same at this position of the table.
    func positioned(at position: Int) -> Operation {
        var operation = self
        operation.rule.operation = position
        return operation
    }
}
