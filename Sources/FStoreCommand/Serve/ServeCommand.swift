internal import ArgumentParser

/// `fstore serve`
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve the HTTP API.",
        usage: "fstore serve [--print-config] [--json] [--<setting> <value> ...]",
        discussion: """
            A setting is taken from the command line (--log-format json). If it is not there, it is taken from the \
            environment (FSTORE_LOG_FORMAT=json), then from the settings file (log_format: json). Otherwise it has \
            its default.

            \(SettingsText.help)
            """
    )

    @Flag(help: "Print each setting, its value and where the value comes from, and end.")
    var printConfig = false

    @Flag(help: "Print settings and errors as JSON.")
    var json = false

    @Argument(parsing: .allUnrecognized, help: .hidden)
    var settings: [String] = []

    func run() throws {
        let (flags, environment) = (try FlagReader.read(settings), ProcessEnvironment.all)
        // Read, and from here on known to this function alone.
        let secrets = SettingTable.all.filter(\.isSecret).map(\.variable)
        ProcessEnvironment.forget(secrets)
        let rest = environment.filter { !secrets.contains($0.key) }
        try Blocking.run { [printConfig, json] in
            let settings = try await SettingsReader(flags: flags, environment: environment).read()
            let options = try ServeOptions(settings)
            if printConfig {
                let output = Output()
                settings.write(asJSON: json, to: output)
                return try output.flush()
            }
            let process = ServerProcess(
                options: options,
                environment: rest,
                settings: settings,
                reread: { try await SettingsReader(flags: flags, environment: rest).read() }
            )
            try await process.run()
        }
    }
}
