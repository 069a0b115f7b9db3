/// Where a request comes from, for the audit trail. It accompanies the task that answers the request: passing it
/// through every use case would only repeat it.
package struct RequestOrigin: Sendable, Hashable {
    /// The client's address, without its port.
    package let address: String
    /// The id in the answer's `X-Request-ID`.
    package let requestID: String

    package init(address: String, requestID: String) {
        self.address = address
        self.requestID = requestID
    }

    /// Of the request that the task answers; `nil` outside of requests, as in the command line.
    @TaskLocal package static var current: RequestOrigin?
}
