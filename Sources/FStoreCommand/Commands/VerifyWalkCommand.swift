internal import ArgumentParser
internal import FStore
internal import FStoreText

/// The walk of `fstore verify`, in the process that it may bring down.
///
/// Prints lines of JSON: the number of cells now and then, and the report at the end.
struct VerifyWalkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "verify-walk", shouldDisplay: false)

    @OptionGroup var store: StoreArguments

    func run() throws {
        let output = Output()
        let report: VerificationReport
        let catalog: [String]?
        do {
            let opened = try store.open(.readOnly)
            defer { opened.close() }
            report = try opened.verify { cells in
                var object = JSONObjectText()
                object.add("progress", cells)
                output.line(object)
                try? output.flush()
            }
            catalog =
                CatalogFile.exists(in: store.directory)
                ? try CatalogCheck(directory: store.directory).problems() : nil
        } catch {
            guard let reason = damage(error) else { throw error }
            output.line(VerifyReport.object(damage: reason))
            return try output.flush()
        }
        output.line(VerifyReport.object(report, catalog: catalog))
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
