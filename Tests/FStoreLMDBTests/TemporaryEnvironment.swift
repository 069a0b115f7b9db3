import Glibc
import Testing

@testable import FStoreLMDB

/// A values file of its own with the tables `other` and `table`, removed when the test lets go of it.
final class TemporaryEnvironment {
    let environment: Environment
    let table: Table
    let path: String

    init() throws {
        path = "/tmp/fstore-pages-\(UInt64.random(in: 0...UInt64.max))"
        unsafe mkdir(path, 0o700)
        environment = try Environment(
            directory: path,
            name: "t.mdb",
            options: EnvironmentOptions(mapSize: 1 << 28, maxReaders: 64, durability: .full, isReadOnly: false)
        )
        try environment.makeTables(["other", "table"]) { _, _ in }
        let tables = try #require(try environment.openTables(["other", "table"], create: false))
        table = tables[1]
    }

    deinit {
        for name in ["t.mdb", "t.mdb-lock"] { unsafe unlink("\(path)/\(name)") }
        unsafe rmdir(path)
    }
}
