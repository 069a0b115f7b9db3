import FStoreIdentity
import FStoreTestSupport
import Foundation
import Testing

@testable import FStoreHTTP

@Suite("Records of sources", .blocking)
struct DataQueryTests {
    /// A record as the file has it.
    private struct Row: Equatable {
        let id: String
        let second: Int
        let value: Double
    }

    private static func time(_ second: Int) -> String {
        "2024-01-01T00:\(String(format: "%02d:%02d", second / 60, second % 60))Z"
    }

    /// Few entities, times and values, so that most records are equal in something.
    private static func rows(_ count: Int, seed: UInt64) -> [Row] {
        var random = SeededGenerator(seed: seed)
        var rows: [Row] = []
        var seen: Set<String> = []
        while rows.count < count {
            let row = Row(
                id: "e\(Int.random(in: 0..<40, using: &random))",
                second: Int.random(in: 0..<60, using: &random),
                value: Double(Int.random(in: -5..<20, using: &random)) / 2
            )
            if seen.insert("\(row.id) \(row.second)").inserted { rows.append(row) }
        }
        return rows
    }

    private static func ask(_ server: IngestionServer, _ body: String) throws -> (rows: [Row], pages: [String: Any]) {
        let data = try server.data("POST", "/api/v1/data/query", body: body)
        let records = try #require(data["records"] as? [[String: Any]])
        let rows = try records.map { record in
            let text = try #require(record["timestamp"] as? String)
            let minute = try #require(Int(text.dropFirst(14).prefix(2)))
            let second = try #require(Int(text.dropFirst(17).prefix(2)))
            return Row(
                id: try #require(record["id"] as? String),
                second: minute * 60 + second,
                value: try #require(record["value"] as? Double)
            )
        }
        return (rows, try #require(data["pagination"] as? [String: Any]))
    }

    @Test func `every filter, order and page is as a list that is sorted and cut`() async throws {
        let server = try await IngestionServer()
        let seed = UInt64.random(in: 0..<1_000_000)
        let rows = Self.rows(700, seed: seed)
        let text = "id,timestamp,value\n" + rows.map { "\($0.id),\(Self.time($0.second)),\($0.value)\n" }.joined()
        try server.write("d.csv", text)
        let id = try server.source("source_1", #"{"path":"d.csv"}"#)
        #expect(try await server.run()["records_processed"] as? Int == 700)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<60 {
            let field = ["timestamp", "id", "value"].randomElement(using: &random) ?? ""
            let order = ["asc", "desc"].randomElement(using: &random) ?? ""
            let (first, last) = (Int.random(in: 0..<40, using: &random), Int.random(in: 40..<60, using: &random))
            let (least, most) = (
                Double(Int.random(in: -6..<3, using: &random)), Double.random(in: 3..<11, using: &random)
            )
            let (page, limit) = (Int.random(in: 1...5, using: &random), Int.random(in: 1...90, using: &random))
            let wanted = rows.filter { (first...last).contains($0.second) && (least...most).contains($0.value) }
                .sorted { left, right in
                    let (low, high) = order == "asc" ? (left, right) : (right, left)
                    if field == "timestamp", low.second != high.second { return low.second < high.second }
                    if field == "value", low.value != high.value { return low.value < high.value }
                    return low.id != high.id ? low.id < high.id : low.second < high.second
                }
            let filters =
                #""filters":{"source":"\#(Bool.random(using: &random) ? id : "source_1")","#
                + #""date_range":{"start":"\#(Self.time(first))","end":"\#(Self.time(last))"},"#
                + #""value_range":{"min":\#(least),"max":\#(most)}},"sort":{"field":"\#(field)","order":"\#(order)"}"#
            let (found, pages) = try Self.ask(
                server,
                #"{\#(filters),"pagination":{"page":\#(page),"limit":\#(limit)}}"#
            )
            let comment = Comment(rawValue: "seed \(seed): \(filters) page \(page) of \(limit)")
            #expect(found == Array(wanted.dropFirst((page - 1) * limit).prefix(limit)), comment)
            #expect(pages["total"] as? Int == wanted.count, comment)
            #expect(pages["pages"] as? Int == (wanted.count + limit - 1) / limit, comment)
            // And by cursor, from the first page to the last.
            var (walked, cursor) = ([Row](), String?.none)
            repeat {
                let position = cursor.map { #","cursor":"\#($0)""# } ?? ""
                let (part, pages) = try Self.ask(server, #"{\#(filters),"pagination":{"limit":90\#(position)}}"#)
                walked += part
                cursor = pages["next_cursor"] as? String
            } while cursor != nil
            #expect(walked == wanted, comment)
        }
    }

    @Test func `a record is one column, with the rest of its row`() async throws {
        let server = try await IngestionServer()
        try server.write("d.csv", "sensor,at,a,b,city\ns1,2024-01-01,1,x,Bern\ns1,2024-01-02,,y,\n")
        _ = try server.source("s", #"{"path":"d.csv","mapping":{"entity":"sensor","time":"at","values":["a","b"]}}"#)
        _ = try await server.run()
        let answer = try server.server.ask("POST", "/api/v1/data/query", body: #"{"sort":{"order":"asc"}}"#)
        #expect(
            answer.text.contains(
                #""column":"a","timestamp":"2024-01-01T00:00:00Z","value":1.0,"metadata":{"city":"Bern"}"#
            )
        )
        #expect(answer.text.contains(#""column":"b","timestamp":"2024-01-02T00:00:00Z","value":"y","metadata":{}"#))
        #expect(answer.text.contains(#""total":3"#), "\(answer.text)")
    }

    @Test(arguments: [
        (#"{"filters":{"source":"none"}}"#, 404), (#"{"filters":{"date_range":{"start":"noon"}}}"#, 422),
        (#"{"filters":{"date_range":{"start":"2024-01-02","end":"2024-01-01"}}}"#, 422),
        (#"{"pagination":{"page":100000,"limit":1000}}"#, 422), (#"{"pagination":{"cursor":"x"}}"#, 422),
        (#"{"sort":{"field":"name"}}"#, 422), (#"{"filter":{}}"#, 422), ("{}", 200),
    ])
    func `what cannot be meant is refused`(body: String, status: Int) async throws {
        let server = try await IngestionServer()
        let answer = try server.server.ask("POST", "/api/v1/data/query", body: body)
        #expect(answer.status == status, "\(answer.text)")
    }

    @Test func `another organization's records are nobody's`() async throws {
        let server = try await IngestionServer()
        try server.write("d.csv", "id,timestamp,value\na,2024-01-01,1\n")
        let id = try server.source("s", #"{"path":"d.csv"}"#)
        _ = try await server.run()
        let key = try await server.server.key(.admin, organization: "others")
        let all = try server.server.ask("POST", "/api/v1/data/query", key: key, body: "{}")
        #expect(all.status == 200 && all.text.contains(#""records":[]"#), "\(all.text)")
        let body = #"{"filters":{"source":"\#(id)"}}"#
        #expect(try server.server.ask("POST", "/api/v1/data/query", key: key, body: body).status == 404)
    }

    /// Two spellings of one character were the same text for the order of records, so that one was on no page.
    @Test func `two spellings of a character are two entities`() async throws {
        let server = try await IngestionServer()
        try server.write("d.csv", "id,timestamp,value\n\u{E9},2024-01-01,1\ne\u{301},2024-01-01,1\nz,2024-01-01,1\n")
        _ = try server.source("s", #"{"path":"d.csv"}"#)
        _ = try await server.run()
        var (seen, cursor) = ([[UInt8]](), String?.none)
        repeat {
            let position = cursor.map { #","cursor":"\#($0)""# } ?? ""
            let (rows, pages) = try Self.ask(server, #"{"pagination":{"limit":1\#(position)}}"#)
            seen += rows.map { Array($0.id.utf8) }
            cursor = pages["next_cursor"] as? String
        } while cursor != nil
        #expect(seen.count == 3 && Set(seen).count == 3)
    }
}
