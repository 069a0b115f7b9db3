/// What is to change about a source. What is `nil`, and every secret that is not named, stays as it is.
package struct SourceUpdate: Hashable, Sendable {
    /// The new name.
    package var name: String?
    /// The new kind of source.
    package var type: String?
    /// The new members of the configuration that are no secrets, all of them, as JSON.
    package var config: String?
    /// Whether it is to be used.
    package var enabled: Bool?
    /// What rows must be like, as JSON.
    package var validation: String?
    /// Secrets to add, or to put in the place of those of the same name.
    package var sealedSecrets: [SealedSecret]
    /// Names of secrets to remove. One that does not exist is no error; one that is also to be set is set.
    package var removedSecrets: [String]

    /// A change of what is given.
    package init(
        name: String? = nil,
        type: String? = nil,
        config: String? = nil,
        enabled: Bool? = nil,
        validation: String? = nil,
        sealedSecrets: [SealedSecret] = [],
        removedSecrets: [String] = []
    ) {
        self.name = name
        self.type = type
        self.config = config
        self.enabled = enabled
        self.validation = validation
        self.sealedSecrets = sealedSecrets
        self.removedSecrets = removedSecrets
    }
}
