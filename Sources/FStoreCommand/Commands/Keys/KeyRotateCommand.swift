internal import ArgumentParser
internal import FStoreCatalog
internal import FStoreSecurity

/// `fstore key rotate`
struct KeyRotateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Replace an API key with a new one of the same rights, and print it. It is never shown again.",
        discussion: "The old key works for 24 hours more, unless it ends earlier."
    )

    @OptionGroup var store: StoreArguments
    @OptionGroup var place: OrganizationArguments

    @Argument(help: "The id that fstore key list shows.")
    var id: String

    func run() throws {
        let (code, key) = try store.changeCatalog { [place, id] catalog in
            let organization = try await place.find(in: catalog)
            let old = try await catalog.key(id, organization: organization.id)
            let code = APIKeyCode.generate(userID: old.userID)
            let key = try await catalog.rotateKey(
                id,
                organization: organization.id,
                code: code,
                by: .typing
            )
            return (code, key)
        }
        try KeyText.show(key, code, store)
    }
}
