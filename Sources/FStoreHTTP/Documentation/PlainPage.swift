internal import FStoreIdentity
internal import HTTPTypes

/// The operations as a page of its own, without any script: what is shown where Swagger UI and ReDoc are not installed.
struct PlainPage {
    let operations: [Operation]
    let styleAddress: String

    /// No script at all.
    static let policy =
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    static let style = """
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
        h2 { margin-top: 2.5rem; border-bottom: 1px solid; }
        code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; }
        pre { padding: 0.75rem; overflow-x: auto; border: 1px solid; border-radius: 4px; }
        summary { cursor: pointer; padding: 0.25rem 0; }
        table { border-collapse: collapse; width: 100%; }
        td, th { text-align: left; vertical-align: top; padding: 0.25rem 0.75rem 0.25rem 0; }
        .method { display: inline-block; width: 4.5rem; font-weight: bold; }

        """

    var html: String {
        var html = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        html += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>FStore API</title>\n"
        html += "<link rel=\"stylesheet\" href=\"\(styleAddress)\">\n</head>\n<body>\n<h1>FStore API</h1>\n"
        html += "<p>Every request carries <code>Authorization: Bearer &lt;key&gt;</code> or "
        html += "<code>X-API-Key: &lt;key&gt;</code>, but for the open ones. For programs: "
        html += "<a href=\"/api/openapi.json\">OpenAPI 3.1</a>.</p>\n"
        for group in OperationGroup.allCases {
            let operations = operations.filter { $0.group == group }
            if operations.isEmpty { continue }
            html += "<h2>\(group.title)</h2>\n<p>\(group.description.escapedForHTML)</p>\n"
            for operation in operations { html += Self.section(operation) }
        }
        return html + "</body>\n</html>\n"
    }

    private static func section(_ operation: Operation) -> String {
        var html =
            "<details id=\"\(operation.id)\">\n<summary><span class=\"method\">\(operation.method.rawValue)</span> "
        html += "<code>\(operation.path.text)</code> \(operation.summary.escapedForHTML)</summary>\n"
        if !operation.description.isEmpty { html += "<p>\(operation.description.escapedForHTML)</p>\n" }
        html += "<p>Who may: \(operation.rule.access.name). Limit: \(operation.rule.rate.rawValue).</p>\n"
        if !operation.parameters.isEmpty {
            html += "<table>\n<tr><th>Parameter</th><th>In</th><th></th></tr>\n"
            for parameter in operation.parameters {
                html += "<tr><td><code>\(parameter.name)</code></td><td>\(parameter.place.rawValue)</td>"
                html += "<td>\(parameter.description.escapedForHTML)</td></tr>\n"
            }
            html += "</table>\n"
        }
        if let body = operation.body {
            html += "<p>Body: \(body.mediaTypes.joined(separator: ", "))</p>\n"
            html += "<pre>\(body.example.escapedForHTML)</pre>\n"
        }
        html += "<table>\n<tr><th>Status</th><th></th></tr>\n"
        for answer in operation.answers {
            html += "<tr><td>\(answer.status)</td><td>\(answer.description.escapedForHTML)</td></tr>\n"
        }
        for error in DocumentedError.all(of: operation) {
            html += "<tr><td>\(error.status)</td><td>\(error.description.escapedForHTML)</td></tr>\n"
        }
        return html + "</table>\n</details>\n"
    }
}

extension String {
    /// The text with the characters that mean something in HTML replaced.
    var escapedForHTML: String {
        var escaped = ""
        for character in unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
