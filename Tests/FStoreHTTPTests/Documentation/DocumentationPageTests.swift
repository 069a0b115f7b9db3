import FStoreTestSupport
import Foundation
import Testing

@testable import FStoreHTTP

@Suite("Documentation pages", .blocking)
struct DocumentationPageTests {
    @Test(arguments: ["/api/docs", "/docs", "/api/redoc"])
    func `are plain and complete without assets`(path: String) async throws {
        let server = try await TestServer()
        let page = try server.ask("GET", path, key: nil)
        #expect(page.status == 200)
        #expect(page.header("Content-Type") == "text/html; charset=utf-8")
        #expect(!page.text.contains("<script"))
        #expect(page.header("Content-Security-Policy")?.hasPrefix("default-src 'none'") == true)
        for operation in server.operations { #expect(page.text.contains("id=\"\(operation.id)\"")) }
        let style = try #require(page.text.firstMatch(of: #/href="(/api/docs/assets/[^"]+)"/#)).1
        let file = try server.ask("GET", String(style), key: nil)
        #expect(file.status == 200)
        #expect(file.header("Content-Type") == "text/css; charset=utf-8")
        #expect(file.header("Cache-Control") == "public, max-age=31536000, immutable")
    }

    @Test func `show the viewers where they are installed`() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "assets-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        let files = [
            "swagger-ui-dist/swagger-ui.css": "body { }",
            "swagger-ui-dist/swagger-ui-bundle.js": "var SwaggerUIBundle;",
            "redoc/bundles/redoc.standalone.js": "var Redoc;",
            "secret.txt": "not to be seen",
        ]
        for (path, text) in files {
            let file = directory.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: file)
        }
        let server = try await TestServer { $0.documentationAssets = directory.path }
        for (path, script) in [("/api/docs", "swagger-ui-bundle.js"), ("/api/redoc", "redoc.standalone.js")] {
            let page = try server.ask("GET", path, key: nil)
            #expect(page.text.contains(script))
            #expect(page.header("Content-Security-Policy")?.contains("script-src 'self';") == true)
            #expect(!page.text.contains("://"))
            for match in page.text.matches(of: #/(?:src|href)="([^"]+)"/#) {
                #expect(try server.ask("GET", String(match.1), key: nil).status == 200)
            }
        }
        let page = try server.ask("GET", "/docs", key: nil)
        // A key that was entered is kept when the page is loaded again.
        let script = try #require(page.text.firstMatch(of: #/src="([^"]+/swagger.js)"/#)).1
        #expect(try server.ask("GET", String(script), key: nil).text.contains("persistAuthorization: true"))
        let digest = try #require(page.text.firstMatch(of: #/assets/([0-9a-f]+)/swagger-ui.css/#)).1
        for name in ["secret.txt", "..%2Fsecret.txt", "%2e%2e/secret.txt", "redoc.standalone.js", ""] {
            let answer = try server.ask("GET", "/api/docs/assets/\(digest)/\(name)", key: nil)
            #expect(answer.status == 404, "\(name)")
            #expect(!answer.text.contains("not to be seen"))
        }
    }
}
