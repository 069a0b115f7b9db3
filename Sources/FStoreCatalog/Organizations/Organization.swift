/// A tenant: whose users see each other's data, and nobody else's.
package struct Organization: Hashable, Sendable {
    /// The number of the organization, from 1 and within 32 bits. It is never used again.
    package let id: Int64
    /// The namespace of its features in the engine: 0 for the first organization of a store, so that the server, the
    /// library and the command line see the same features; the id for all others.
    package let space: UInt32
    /// The name, unique in the catalog.
    package let name: String
    /// Whether its quotas count.
    package let tier: OrganizationTier
    /// Its quotas, which apply if the tier is `standard`.
    package let quotas: OrganizationQuotas
    /// How much it had when that was last measured; `nil` before.
    package let stored: StoredBytes?
    /// When it was disabled: its keys and sessions are refused. `nil` while it is enabled.
    package let disabled: UnixNanoseconds?
    /// When its deletion began; `nil` while nobody has deleted it.
    package let deletionBegan: UnixNanoseconds?
    /// When the last of its values was gone.
    package let deletionEnded: UnixNanoseconds?
    /// When it was created.
    package let created: UnixNanoseconds

    /// A measurement of what an organization has stored.
    package struct StoredBytes: Hashable, Sendable {
        /// Bytes of the keys and values of its features, history included.
        package let bytes: Int64
        package let time: UnixNanoseconds
    }

    /// What can be done with an organization.
    package enum Status: String, CaseIterable, Sendable {
        case active
        /// Its keys and sessions open nothing.
        case disabled
        /// Its values are being removed.
        case deleting
        case deleted
    }

    /// What can be done with it now.
    package var status: Status {
        if deletionEnded != nil { return .deleted }
        if deletionBegan != nil { return .deleting }
        return disabled == nil ? .active : .disabled
    }

    /// The quotas that count.
    package var effectiveQuotas: OrganizationQuotas {
        tier == .unlimited ? OrganizationQuotas() : quotas
    }
}

/// Whether the quotas of an organization apply.
package enum OrganizationTier: String, CaseIterable, Sendable {
    /// The quotas apply.
    case standard
    /// No quota applies, whatever the numbers are.
    case unlimited
}

/// How much an organization may have. `nil` is no limit.
package struct OrganizationQuotas: Hashable, Sendable {
    /// Bytes of the keys and values of its features, history included; from 1.
    package var maxStoredBytes: Int64?
    /// Values written in a second, on average, each item of a batch and each line counted; from 1.
    package var maxWritesPerSecond: Int64?

    package init(maxStoredBytes: Int64? = nil, maxWritesPerSecond: Int64? = nil) {
        self.maxStoredBytes = maxStoredBytes
        self.maxWritesPerSecond = maxWritesPerSecond
    }
}

/// What is to change about an organization. What is `nil` stays.
package struct OrganizationUpdate: Hashable, Sendable {
    package var name: String?
    package var tier: OrganizationTier?
    /// `.some(nil)` takes the limit away.
    package var maxStoredBytes: Int64??
    /// `.some(nil)` takes the limit away.
    package var maxWritesPerSecond: Int64??
    package var isDisabled: Bool?

    package init() {}
}
