/// A setting that the programs of a team follow, by its name in JSON. In the order in which document 002 lists those
/// that are enforced.
package enum PolicySetting: String, CaseIterable, Sendable {
    case securityChecksRequired = "security_checks_required"
    case minConfidenceThreshold = "min_confidence_threshold"
    case autoSyncEnabled = "auto_sync_enabled"
}

/// Values for some of the settings; `nil` says nothing of one.
package struct PolicyValues: Hashable, Sendable {
    /// From 0 to 1.
    package var minConfidenceThreshold: Double?
    package var securityChecksRequired: Bool?
    package var autoSyncEnabled: Bool?

    package init(
        minConfidenceThreshold: Double? = nil,
        securityChecksRequired: Bool? = nil,
        autoSyncEnabled: Bool? = nil
    ) {
        self.minConfidenceThreshold = minConfidenceThreshold
        self.securityChecksRequired = securityChecksRequired
        self.autoSyncEnabled = autoSyncEnabled
    }

    /// These, and where they say nothing, `others`.
    func over(_ others: PolicyValues) -> PolicyValues {
        PolicyValues(
            minConfidenceThreshold: minConfidenceThreshold ?? others.minConfidenceThreshold,
            securityChecksRequired: securityChecksRequired ?? others.securityChecksRequired,
            autoSyncEnabled: autoSyncEnabled ?? others.autoSyncEnabled
        )
    }

    /// These without the settings of which `isLeftOut` holds.
    func without(_ isLeftOut: (PolicySetting) -> Bool) -> PolicyValues {
        PolicyValues(
            minConfidenceThreshold: isLeftOut(.minConfidenceThreshold) ? nil : minConfidenceThreshold,
            securityChecksRequired: isLeftOut(.securityChecksRequired) ? nil : securityChecksRequired,
            autoSyncEnabled: isLeftOut(.autoSyncEnabled) ? nil : autoSyncEnabled
        )
    }

    /// The value of a setting as text.
    func text(_ setting: PolicySetting) -> String? {
        switch setting {
        case .minConfidenceThreshold: minConfidenceThreshold.map { String($0) }
        case .securityChecksRequired: securityChecksRequired.map { String($0) }
        case .autoSyncEnabled: autoSyncEnabled.map { String($0) }
        }
    }
}

/// The settings that hold for an organization, or for one of its teams.
package struct Policy: Hashable, Sendable {
    /// Of which team; `nil` for the organization's own.
    package let teamID: Int64?
    package let minConfidenceThreshold: Double
    package let securityChecksRequired: Bool
    package let autoSyncEnabled: Bool
    /// The settings of the organization for which no team has another value, in order.
    package let enforced: [PolicySetting]

    /// What holds while nobody has set anything: the values that document 002 shows.
    package static let standard = Policy(
        teamID: nil,
        minConfidenceThreshold: 0.8,
        securityChecksRequired: true,
        autoSyncEnabled: true,
        enforced: [.securityChecksRequired, .minConfidenceThreshold]
    )

    /// All of its settings.
    package var values: PolicyValues {
        PolicyValues(
            minConfidenceThreshold: minConfidenceThreshold,
            securityChecksRequired: securityChecksRequired,
            autoSyncEnabled: autoSyncEnabled
        )
    }

    /// The same with other values, of a team or of the same owner.
    func with(_ values: PolicyValues, enforced: [PolicySetting]? = nil, team: Int64? = nil) -> Policy {
        Policy(
            teamID: team,
            minConfidenceThreshold: values.minConfidenceThreshold ?? minConfidenceThreshold,
            securityChecksRequired: values.securityChecksRequired ?? securityChecksRequired,
            autoSyncEnabled: values.autoSyncEnabled ?? autoSyncEnabled,
            enforced: enforced ?? self.enforced
        )
    }

    /// What a team makes of the organization's policy with values of its own: those that are enforced do not count.
    func of(team: Int64, own values: PolicyValues) -> Policy {
        with(values.without(enforced.contains), team: team)
    }
}
