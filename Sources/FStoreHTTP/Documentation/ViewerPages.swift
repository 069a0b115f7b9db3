/// The pages that show the OpenAPI document with Swagger UI or ReDoc. Scripts and styles come from this server only.
enum ViewerPages {
    /// Scripts from files of this server only, none within the page. Swagger UI sets styles on elements, and embeds
    /// small images.
    static let swaggerPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    /// ReDoc searches in a worker that it makes itself.
    static let redocPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "font-src 'self' data:; connect-src 'self'; worker-src blob:; child-src blob:; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'"

    /// The key that was entered is kept in the browser until "Logout" is pressed there: it outlives a reload.
    static let swaggerScript = """
        window.addEventListener("DOMContentLoaded", function () {
          SwaggerUIBundle({
            url: "/api/openapi.json",
            dom_id: "#document",
            deepLinking: true,
            validatorUrl: null,
            persistAuthorization: true,
            displayRequestDuration: true
          });
        });

        """

    static let redocScript = """
        window.addEventListener("DOMContentLoaded", function () {
          Redoc.init("/api/openapi.json", { hideLogo: true }, document.getElementById("document"));
        });

        """

    static func swagger(_ assets: DocumentationAssets) -> String {
        page(
            styles: [assets.address("swagger-ui.css")],
            scripts: [assets.address("swagger-ui-bundle.js"), assets.address("swagger.js")]
        )
    }

    static func redoc(_ assets: DocumentationAssets) -> String {
        page(styles: [], scripts: [assets.address("redoc.standalone.js"), assets.address("redoc.js")])
    }

    private static func page(styles: [String], scripts: [String]) -> String {
        var html = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        html += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>FStore API</title>\n"
        for style in styles { html += "<link rel=\"stylesheet\" href=\"\(style)\">\n" }
        html += "</head>\n<body>\n<div id=\"document\"></div>\n"
        for script in scripts { html += "<script src=\"\(script)\"></script>\n" }
        return html + "</body>\n</html>\n"
    }
}
