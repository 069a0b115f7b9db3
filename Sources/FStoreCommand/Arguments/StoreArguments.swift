internal import ArgumentParser
internal import FStore
internal import Glibc

/// Which store, and for whom the output is.
struct StoreArguments: ParsableArguments {
    @Option(
        name: [.customShort("d"), .long],
        help: ArgumentHelp("The store's directory (default: $FSTORE_DATA, else ./fstore-data).", valueName: "directory")
    )
    var data: String?

    @Flag(help: "Print JSON: one object, or one on each line.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "The size to which the values can grow, such as 512M or 64G (default: that of the store; 64G for a new "
                + "one). A larger size enlarges a full map.",
            valueName: "size"
        ),
        transform: ByteSizeText.parse
    )
    var mapSize: Int?

    /// The directory, by option, environment or default.
    var directory: String {
        if let data { return data }
        if let value = unsafe getenv("FSTORE_DATA") {
            let text = unsafe String(cString: value)
            if !text.isEmpty { return text }
        }
        return "./fstore-data"
    }

    /// Opens the store.
    func open(_ access: StoreOptions.Access) throws -> FeatureStore {
        var options = StoreOptions()
        options.access = access
        options.mapSize = mapSize
        return try FeatureStore(directory: directory, options: options)
    }
}
