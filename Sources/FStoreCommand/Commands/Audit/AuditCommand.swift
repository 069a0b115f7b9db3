internal import ArgumentParser
internal import FStore
internal import FStoreCatalog
internal import FStoreServices
internal import FStoreText

/// `fstore audit`, which only groups its commands.
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Read, check and prune the audit trail, without a server or beside a running one.",
        subcommands: [AuditListCommand.self, AuditVerifyCommand.self, AuditPruneCommand.self]
    )
}

/// `fstore audit list`
struct AuditListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List entries of the audit trail, newest first."
    )

    private static let pageLength = 1000

    @OptionGroup var store: StoreArguments

    @Option(help: ArgumentHelp("Only the trail of this organization.", valueName: "name"))
    var organization: String?

    @Option(help: ArgumentHelp("Only this action, such as key.create, or all of a noun: key.", valueName: "name"))
    var action: String?

    @Option(help: ArgumentHelp("Only changes by this user (number or usr_…) or actor.", valueName: "who"))
    var actor: String?

    @Option(help: ArgumentHelp("Only changes of this target, as the list shows it.", valueName: "id"))
    var target: String?

    @Option(help: ArgumentHelp("Only entries from this time on.", valueName: "time"), transform: TimeText.parse)
    var since: Timestamp?

    @Option(help: ArgumentHelp("Only entries up to this time.", valueName: "time"), transform: TimeText.parse)
    var until: Timestamp?

    @Option(help: ArgumentHelp("How many entries to list at most.", valueName: "count"))
    var limit = 100

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit must be 1 or more; \(limit) was given") }
    }

    func run() throws {
        var filter = AuditFilter()
        filter.action = action
        filter.actor = actor
        filter.target = target
        filter.since = since?.nanoseconds
        filter.until = until?.nanoseconds
        let entries = try store.withCatalog { [filter, organization, limit] catalog in
            var filter = filter
            if let organization {
                filter.organization = try await OrganizationArguments.find(organization, in: catalog).id
            }
            var entries: [AuditEntry] = []
            while entries.count < limit {
                let wanted = min(limit - entries.count, Self.pageLength)
                let page = try await catalog.auditEntries(filter, limit: wanted)
                entries += page
                filter.before = page.last?.seq
                if page.count < wanted { break }
            }
            return entries
        }
        let output = Output()
        var table = TableText("SEQ", "TIME", "ACTION", "ACTOR", "FROM", "TARGET", "DETAILS")
        for entry in entries {
            if store.json {
                output.line(entry.json)
            } else {
                table.add(
                    String(entry.seq),
                    Timestamp(nanoseconds: entry.time).description,
                    entry.action,
                    entry.actor,
                    entry.address ?? "",
                    entry.target,
                    entry.details
                )
            }
        }
        if !store.json { table.write(to: output) }
        try output.flush()
    }
}

/// `fstore audit prune`
struct AuditPruneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove old entries of the audit trail. An entry of its own says so.",
        discussion: """
            A signed mark of the last removed entry stays, so that the entries after it can still be checked. \
            Nothing is removed from a damaged trail, because that could hide the damage.
            """
    )

    @OptionGroup var store: StoreArguments

    @Option(help: ArgumentHelp("Remove entries from before this time.", valueName: "time"), transform: TimeText.parse)
    var before: Timestamp

    @Flag(help: "Remove entries even from a damaged trail. The new entry then says what was wrong.")
    var evenDamaged = false

    func run() throws {
        let count = try store.changeCatalog { [before, evenDamaged] catalog in
            try await catalog.pruneAudit(before: before.nanoseconds, evenDamaged: evenDamaged, by: .typing)
        }
        let output = Output()
        if store.json {
            var object = JSONObjectText()
            object.add("pruned", count)
            output.line(object)
        } else {
            output.line("removed \(count) \(count == 1 ? "entry" : "entries") from before \(before)")
        }
        try output.flush()
    }
}
