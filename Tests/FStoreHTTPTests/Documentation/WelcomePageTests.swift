import FStoreTestSupport
import Foundation
import Testing

@testable import FStoreHTTP

@Suite("The server's address in a browser", .blocking)
struct WelcomePageTests {
    private static let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"

    @Test func `shows what this is, and where to go on`() async throws {
        let server = try await TestServer()
        let page = try server.ask("GET", "/", key: nil, headers: [("Accept", Self.browser)])
        #expect(page.status == 200)
        #expect(page.header("Content-Type") == "text/html; charset=utf-8")
        #expect(page.header("Vary")?.hasPrefix("Accept") == true)
        #expect(page.text.contains("README.md"))
        let links = page.text.matches(of: #/href="([^"]+)"/#).map { String($0.1) }
        #expect(Set(links).isSuperset(of: ["/api/docs", "/api/openapi.json", "/health"]))
        for link in links { #expect(try server.ask("GET", link, key: nil).status == 200, "\(link)") }
    }

    @Test func `is JSON for programs`() async throws {
        let server = try await TestServer()
        for accept in ["*/*", "application/json", "application/json, text/html;q=0.5", nil] {
            let answer = try server.ask("GET", "/", key: nil, headers: accept.map { [("Accept", $0)] } ?? [])
            #expect(answer.header("Content-Type") == "application/json")
            #expect(answer.object["name"] as? String == "FStore")
            let links = try #require(answer.object["links"] as? [String: String])
            for link in links.values { #expect(try server.ask("GET", link, key: nil).status == 200, "\(link)") }
        }
    }

    @Test func `has an icon, and answers HEAD alike`() async throws {
        let server = try await TestServer()
        let icon = try server.ask("GET", "/favicon.ico", key: nil)
        #expect(icon.status == 200)
        #expect(icon.header("Content-Type") == "image/x-icon")
        // One image: its size and its place as the directory of the file says.
        #expect(Array(icon.body.prefix(6)) == [0, 0, 1, 0, 1, 0])
        let imageBytes = 40 + 16 * 16 * 4 + 16 * 4
        #expect(icon.body.count == 22 + imageBytes)
        #expect(Array(icon.body[14..<18]) == [UInt8(imageBytes & 255), UInt8(imageBytes >> 8), 0, 0] as [UInt8])
        for path in ["/", "/favicon.ico"] {
            let head = try server.ask("HEAD", path, key: nil)
            #expect(head.status == 200 && head.body.isEmpty)
        }
        // A key that opens nothing is as good as none.
        #expect(try server.ask("GET", "/", key: "wrong").status == 200)
        #expect(try server.ask("POST", "/").status == 405)
    }
}
