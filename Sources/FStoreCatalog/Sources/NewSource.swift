/// A source that is to be created.
package struct NewSource: Hashable, Sendable {
    /// Its id, made here so that it can stand in the context that the secrets are sealed with.
    package let id: String
    /// The name, unique within the organization.
    package var name: String
    /// The kind of source.
    package var type: String
    /// The members of the configuration that are no secrets, as JSON.
    package var config: String
    /// The members that are, each name once.
    package var sealedSecrets: [SealedSecret]
    /// Whether it is to be used.
    package var enabled: Bool
    /// What rows must be like, as JSON.
    package var validation: String

    /// A source with a new id, not stored yet.
    package init(
        name: String,
        type: String,
        config: String,
        sealedSecrets: [SealedSecret] = [],
        enabled: Bool = true,
        validation: String = "{}",
        clock: CatalogClock = .system
    ) {
        id = RecordID.make("source", at: clock.now())
        self.name = name
        self.type = type
        self.config = config
        self.sealedSecrets = sealedSecrets
        self.enabled = enabled
        self.validation = validation
    }
}
