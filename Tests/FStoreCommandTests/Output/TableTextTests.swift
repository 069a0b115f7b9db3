import Testing

@testable import FStoreCommand

@Suite("Tables for people")
struct TableTextTests {
    private static var table: TableText {
        var table = TableText("ENTITY", "VALUE", "COMMIT TIME")
        table.add("JFK", "10.4", "2026-11-21T09:51:59.278400466Z")
        table.add("a\u{1B}[31m\n", "", "")
        return table
    }

    @Test func `columns are aligned, and control characters are escaped`() {
        #expect(
            Self.table.lines(withHeader: true, terminalColumns: nil) == [
                "ENTITY         VALUE  COMMIT TIME", "JFK            10.4   2026-11-21T09:51:59.278400466Z",
                "a\\u{1B}[31m\\n",
            ]
        )
    }

    /// A terminal of 90 columns broke the lines of `get` in the middle of the commit time.
    @Test func `a table that is wider than the terminal is shown field below field`() {
        #expect(Self.table.lines(withHeader: true, terminalColumns: 60).count == 3)
        let lines = Self.table.lines(withHeader: true, terminalColumns: 40)
        #expect(
            lines == [
                "ENTITY       JFK", "VALUE        10.4", "COMMIT TIME  2026-11-21T09:51:59.278400466Z", "",
                "ENTITY       a\\u{1B}[31m\\n", "VALUE", "COMMIT TIME", "",
            ]
        )
    }
}
