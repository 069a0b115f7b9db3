import FStoreTestSupport
import Testing

@testable import FStoreLMDB

/// A values file of its own with the tables `other` and `table`, removed when the test lets go of it.
final class TemporaryEnvironment {
    let environment: Environment
    let table: Table
    private let directory = TemporaryDirectory()
    var path: String { directory.path }

    init() throws {
        environment = try Environment(
            directory: directory.path,
            name: "t.mdb",
            options: EnvironmentOptions(mapSize: 1 << 28, maxReaders: 64, durability: .full, isReadOnly: false)
        )
        try environment.makeTables(["other", "table"]) { _, _ in }
        let tables = try #require(try environment.openTables(["other", "table"], create: false))
        table = tables[1]
    }
}
