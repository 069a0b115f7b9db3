internal import Glibc

/// The files that the documentation pages are made of: a fixed list, read when the server starts. No path of a request
/// ever touches the file system.
struct DocumentationAssets: Sendable {
    struct File: Sendable {
        let name: String
        let mediaType: String
        let bytes: [UInt8]
        /// Of its content: the address changes when the content does.
        let digest: String

        init(_ name: String, _ mediaType: String, _ bytes: [UInt8]) {
            self.name = name
            self.mediaType = mediaType
            self.bytes = bytes
            digest = ContentDigest.text(of: bytes)
        }

        /// Where it is served.
        var address: String { "\(DocumentationAssets.root)/\(digest)/\(name)" }
    }

    static let root = "/api/docs/assets"

    /// Where the files lie below the directory, and what they are.
    private static let swaggerFiles = [
        ("swagger-ui-dist/swagger-ui.css", "text/css; charset=utf-8"),
        ("swagger-ui-dist/swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
    ]
    private static let redocFiles = [("redoc/bundles/redoc.standalone.js", "text/javascript; charset=utf-8")]
    private static let maxFileBytes = 16_777_216

    private let files: [File]
    let hasSwagger: Bool
    let hasReDoc: Bool

    /// - Parameter directory: the tree of `drf-spectacular-sidecar`; whatever is not there is done without.
    init(directory: String?) {
        var files = [
            File("page.css", "text/css; charset=utf-8", Array(PlainPage.style.utf8)),
            File("swagger.js", "text/javascript; charset=utf-8", Array(ViewerPages.swaggerScript.utf8)),
            File("redoc.js", "text/javascript; charset=utf-8", Array(ViewerPages.redocScript.utf8)),
        ]
        let swagger = Self.read(Self.swaggerFiles, in: directory)
        let redoc = Self.read(Self.redocFiles, in: directory)
        hasSwagger = swagger != nil
        hasReDoc = redoc != nil
        files += (swagger ?? []) + (redoc ?? [])
        self.files = files
    }

    /// The file of this name and content.
    func file(_ name: String, digest: String) -> File? {
        files.first { $0.name == name && $0.digest == digest }
    }

    /// Where the file of this name is served; the page says so when there is none.
    func address(_ name: String) -> String {
        files.first { $0.name == name }?.address ?? Self.root + "/none/" + name
    }

    /// All of `list`, or `nil` when one is missing.
    private static func read(_ list: [(path: String, mediaType: String)], in directory: String?) -> [File]? {
        guard let directory else { return nil }
        var files: [File] = []
        for (path, mediaType) in list {
            guard let bytes = contents(directory + "/" + path) else { return nil }
            let name = path.split(separator: "/").last.map { String($0) } ?? path
            files.append(File(name, mediaType, bytes))
        }
        return files
    }

    private static func contents(_ path: String) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 262_144)
        while true {
            let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { return bytes }
            if count < 0 || bytes.count + count > maxFileBytes { return nil }
            bytes += buffer[..<count]
        }
    }
}
