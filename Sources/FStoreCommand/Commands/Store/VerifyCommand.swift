internal import ArgumentParser
internal import FStore
internal import FStoreCatalog
internal import FStoreText

/// `fstore verify`
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read everything in the store and check it.",
        discussion: """
            Reads everything in a process of its own: damage that ends that process is reported too. Each problem \
            names the feature, the entity and the times of the entry. The status is 1 when anything is wrong.
            """
    )

    @OptionGroup var store: StoreArguments

    func run() throws {
        let outcome = try VerifyChild(directory: store.directory, isForMachines: store.json).run()
        let output = Output()
        if store.json {
            output.write(outcome.report + [UInt8(ascii: "\n")])
        } else {
            outcome.describe(to: output)
        }
        try output.flush()
        if !outcome.isSound { throw SilentExit(status: .no) }
    }
}

/// The walk of `fstore verify`, in the process that it may bring down.
///
/// Prints lines of JSON: the number of cells now and then, and the report at the end.
struct VerifyWalkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "verify-walk", shouldDisplay: false)

    @OptionGroup var store: StoreArguments

    func run() throws {
        let output = Output()
        let found: JSONObjectText
        do {
            let opened = try store.open(.readOnly)
            defer { opened.close() }
            let report = try opened.verify { cells in
                var object = JSONObjectText()
                object.add("progress", cells)
                output.line(object)
                try? output.flush()
            }
            let catalog =
                Catalog.exists(in: store.directory)
                ? try CatalogCheck(directory: store.directory).problems() : nil
            let warnings = StatisticsText.clockWarnings(try opened.statistics())
            found = VerifyReport.object(report, catalog: catalog, warnings: warnings, subject: opened.subject)
        } catch {
            guard let reason = damage(error) else { throw error }
            output.line(VerifyReport.object(damage: reason))
            return try output.flush()
        }
        output.line(found)
        try output.flush()
    }

    /// Errors that tell of damage rather than of trouble on the way.
    private func damage(_ error: any Error) -> String? {
        switch error {
        case OpenError.truncated, OpenError.damaged, OpenError.notAStore, ReadError.corrupted, ReadError.storage:
            "\(error)"
        default: nil
        }
    }
}

/// Reads all of a catalog.
struct CatalogCheck {
    let directory: String

    /// A sentence for each thing that is wrong; none when all is well.
    func problems() throws -> [String] {
        let catalog: Catalog
        do {
            catalog = try Catalog(directory: directory)
        } catch  where error != .busy {
            return [error.description]
        }
        defer { try? catalog.close() }
        do {
            return try Blocking.run { try await catalog.check() }
        } catch let error as CatalogError where error != .busy {
            return [error.description]
        }
    }
}
