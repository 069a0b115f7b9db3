internal import FStoreIdentity
internal import FStoreServices
internal import FStoreText
internal import HTTPTypes
internal import NIOCore

/// What a browser is shown that was given the server's address and nothing else.
struct WelcomeRoutes: Sendable {
    let styleAddress: String

    var operations: [Operation] { [root, icon] }

    private static let links = [
        (name: "documentation", path: "/api/docs", text: "every operation, to try out"),
        (name: "reference", path: "/api/redoc", text: "the same, to read on one page"),
        (name: "openapi", path: "/api/openapi.json", text: "OpenAPI 3.1, for programs"),
        (name: "health", path: "/health", text: "whether the server works"),
        (name: "readiness", path: "/readyz", text: "whether it takes requests"),
        (name: "metrics", path: "/metrics", text: "measurements for Prometheus"),
    ]

    private var root: Operation {
        let page = ByteBuffer(string: html)
        let document = ByteBuffer(bytes: Self.json.bytes)
        return Operation(
            "welcome",
            .get,
            "/",
            owner: .house,
            access: .open,
            rate: .exempt,
            summary: "What this server is, with links",
            description: "A page for browsers; JSON unless `Accept` prefers `text/html`.",
            answers: [
                DocumentedAnswer(
                    200,
                    "Name, version, and links.",
                    .members(
                        .required("name", .text(1...64)),
                        .required("version", .text(1...64)),
                        .required("links", .object(Schema.ObjectRule(members: [], others: .text(1...255))))
                    )
                )
            ]
        ) { call in
            var headers: HTTPFields = [.cacheControl: "no-cache", .vary: "Accept"]
            if !Self.prefersPage(call.headers[values: .accept].joined(separator: ",")) {
                return Reply(status: 200, headers: headers, mediaType: "application/json", body: .bytes(document))
            }
            headers[.contentSecurityPolicy] = PlainPage.policy
            return Reply(status: 200, headers: headers, mediaType: "text/html; charset=utf-8", body: .bytes(page))
        }
    }

    /// Whether an `Accept` header asks for HTML more than for JSON.
    static func prefersPage(_ accept: String) -> Bool {
        var (page, json) = (0.0, 0.0)
        for element in WeightedElement.all(in: accept) {
            switch element.name {
            case "text/html", "application/xhtml+xml": page = max(page, element.weight)
            case "application/json": json = max(json, element.weight)
            default: break
            }
        }
        return page > json
    }

    private static var json: JSONObjectText {
        var addresses = JSONObjectText()
        for link in links { addresses.add(link.name, link.path) }
        var object = JSONObjectText()
        object.add("name", "FStore")
        object.add("version", ProgramVersion.text)
        object.add("links", addresses)
        return object
    }

    private var html: String {
        var html = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>FStore</title>
            <link rel="stylesheet" href="\(styleAddress)">
            </head>
            <body>
            <h1>FStore</h1>
            <p>An online feature store that keeps the history of every value.
            This is version \(ProgramVersion.text).</p>
            <ul>

            """
        for link in Self.links {
            html += "<li><a href=\"\(link.path)\"><code>\(link.path)</code></a> \(link.text)</li>\n"
        }
        return html + """
            </ul>
            <h2>The first requests</h2>
            <p>The server printed an API key when it was started for the first time. A feature, a value, and its newest
            value again:</p>
            <pre>\(Self.firstRequests.escapedForHTML)</pre>
            <p><code>README.md</code> beside the program's source goes on from here, and <code>docs/</code> has the
            settings, the command line and how to run a server.</p>
            </body>
            </html>

            """
    }

    private static let firstRequests = """
        KEY=fl_1_...
        curl -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' \
        http://127.0.0.1:8000/api/v1/features -d '{"name":"wind_speed","value_type":"float64"}'
        curl -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' \
        http://127.0.0.1:8000/api/v1/features/wind_speed/values -d '{"entity_id":"JFK","value":10.4}'
        curl -H "Authorization: Bearer $KEY" 'http://127.0.0.1:8000/api/v1/features/wind_speed/values?entity_ids=JFK'
        """

    private var icon: Operation {
        let image = ByteBuffer(bytes: IconImage.bytes)
        return Operation(
            "icon",
            .get,
            "/favicon.ico",
            owner: .house,
            access: .open,
            rate: .exempt,
            summary: "The icon that browsers show beside a page's title",
            answers: [DocumentedAnswer(200, "An image.", .text(0...65_536), mediaType: "image/x-icon")]
        ) { _ in
            let headers: HTTPFields = [.cacheControl: "public, max-age=86400"]
            return Reply(status: 200, headers: headers, mediaType: "image/x-icon", body: .bytes(image))
        }
    }
}

/// The icon: values of a feature over time, as bars. Drawn here, so that no file has to be kept beside the program.
enum IconImage {
    private static let side = 16
    /// The first row of each bar, from the top.
    private static let bars = [10, 6, 8, 3]
    private static let paper: [UInt8] = [0x3A, 0x2A, 0x1E, 0xFF]
    private static let ink: [UInt8] = [0x4C, 0xC2, 0xF5, 0xFF]

    /// An ICO file with one image of 32 bits a pixel, blue first, the lowest row first.
    static var bytes: [UInt8] {
        var pixels: [UInt8] = []
        for row in (0..<side).reversed() {
            for column in 0..<side {
                let isBar = column % 4 != 0 && row >= bars[column / 4] && row < side - 2
                pixels += isBar ? ink : paper
            }
        }
        // Behind the pixels a mask of one bit each, in rows of four bytes: all is opaque.
        pixels += Array(repeating: 0, count: side * 4)
        var header: [UInt8] = []
        for number in [40, side, side * 2] { header.append(number, bytes: 4) }
        for number in [1, 32] { header.append(number, bytes: 2) }
        for number in [0, pixels.count, 0, 0, 0, 0] { header.append(number, bytes: 4) }
        var file: [UInt8] = []
        for number in [0, 1, 1] { file.append(number, bytes: 2) }
        file += [UInt8(side), UInt8(side), 0, 0]
        for number in [1, 32] { file.append(number, bytes: 2) }
        for number in [header.count + pixels.count, 22] { file.append(number, bytes: 4) }
        return file + header + pixels
    }
}

extension [UInt8] {
    /// A number, the lowest byte first.
    fileprivate mutating func append(_ number: Int, bytes: Int) {
        for index in 0..<bytes { append(UInt8(truncatingIfNeeded: number >> (8 * index))) }
    }
}
