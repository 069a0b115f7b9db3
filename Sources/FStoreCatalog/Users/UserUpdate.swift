/// What is to change about a user. What is `nil` stays.
package struct UserUpdate: Hashable, Sendable {
    package var fullName: String?
    package var email: String?

    package init(fullName: String? = nil, email: String? = nil) {
        self.fullName = fullName
        self.email = email
    }
}
