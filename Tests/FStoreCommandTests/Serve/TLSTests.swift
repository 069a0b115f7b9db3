import FStore
import FStoreTestSupport
import Foundation
import Glibc
import Testing

@Suite("HTTPS")
struct TLSTests {
    /// Makes a certificate for localhost with openssl.
    private static func certificate(in store: TemporaryStore, _ name: String) throws -> (file: String, key: String) {
        let (file, key) = (store.path(name + ".pem"), store.path(name + ".key"))
        let status = try tool(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key,
                "-out", file,
            ]
        )
        .status
        try #require(status == 0)
        return (file, key)
    }

    private static func tool(_ name: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
        let pipe = Pipe()
        let process = try ChildProcess(
            URL(fileURLWithPath: "/usr/bin/env"),
            [name] + arguments,
            output: .pipe(pipe)
        )
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        return (process.wait(), output)
    }

    @Test func `a client that trusts the certificate is answered`() throws {
        let store = try TemporaryStore()
        let (file, key) = try Self.certificate(in: store, "one")
        let server = try ServerRun(store, ["--tls-certificate", file, "--tls-key", key])
        let first = try #require(server.key)
        #expect(server.output.contains("listens on https://127.0.0.1:\(server.port)"))
        let url = "https://127.0.0.1:\(server.port)/api/v1/features"
        let trusting = ["-sS", "-m", "10", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", file]
        #expect(try Self.tool("curl", trusting + ["-H", "X-API-Key: \(first)", url]).output == "200")
        // Nobody is served who does not speak TLS, or only an old one.
        #expect(try Self.tool("curl", ["-s", "-m", "10", "http://127.0.0.1:\(server.port)/livez"]).status != 0)
        #expect(try Self.tool("curl", trusting + ["--tls-max", "1.1", url]).status != 0)
        #expect(try server.stop() == 0)
    }

    /// Suites without forward secrecy were offered: who got the key of the certificate could read what was recorded.
    @Test func `only suites with forward secrecy are spoken`() throws {
        let store = try TemporaryStore()
        let (file, key) = (store.path("rsa.pem"), store.path("rsa.key"))
        let arguments = [
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", key, "-out", file,
        ]
        try #require(try Self.tool("openssl", arguments).status == 0)
        let server = try ServerRun(store, ["--tls-certificate", file, "--tls-key", key])
        func agrees(_ suite: String) throws -> Bool {
            let target = ["s_client", "-connect", "127.0.0.1:\(server.port)", "-tls1_2", "-cipher", suite]
            return try Self.tool("openssl", target).status == 0
        }
        #expect(try agrees("ECDHE-RSA-AES128-GCM-SHA256"))
        for suite in ["AES128-GCM-SHA256", "AES256-SHA", "ECDHE-RSA-AES128-SHA"] {
            #expect(try !agrees(suite), "\(suite)")
        }
        #expect(try server.stop() == 0)
    }

    /// A renewed certificate needed a restart.
    @Test func `SIGHUP takes a renewed certificate, and keeps the old one when the new one is broken`() throws {
        let store = try TemporaryStore()
        let (file, key) = try Self.certificate(in: store, "one")
        let server = try ServerRun(store, ["--tls-certificate", file, "--tls-key", key])
        let url = "https://127.0.0.1:\(server.port)/livez"
        func trusts(_ name: String) throws -> Bool {
            try Self.tool("curl", ["-s", "-m", "10", "-o", "/dev/null", "--cacert", store.path(name), url]).status == 0
        }
        func hangUp(until word: String) {
            server.signal(SIGHUP)
            for _ in 0..<500 where !server.log.contains(word) { usleep(10_000) }
            #expect(server.log.contains(word), "\(server.log)")
        }
        let manager = FileManager.default
        try manager.copyItem(atPath: file, toPath: store.path("old.pem"))
        let renewed = try Self.certificate(in: store, "two")
        _ = try store.file("one.pem", "no certificate")
        hangUp(until: "left as they were")
        #expect(try trusts("old.pem"))
        for (from, to) in [(renewed.file, file), (renewed.key, key)] {
            try manager.removeItem(atPath: to)
            try manager.copyItem(atPath: from, toPath: to)
        }
        hangUp(until: "read again")
        #expect(try trusts("two.pem"))
        #expect(try !trusts("old.pem"))
        #expect(try server.stop() == 0)
    }

    @Test func `files that do not serve are told apart`() throws {
        let store = try TemporaryStore()
        let (file, key) = try Self.certificate(in: store, "one")
        let (_, other) = try Self.certificate(in: store, "two")
        let text = try store.file("text.pem", "no certificate")
        func refusal(_ certificate: String, _ key: String) throws -> String {
            try store.run("serve", "--tls-certificate", certificate, "--tls-key", key, status: 78).error
        }
        #expect(try refusal(store.path("none"), key).contains("tls_certificate: \(store.path("none")) cannot be read"))
        #expect(try refusal(file, store.path("none")).contains("tls_key: \(store.path("none")) cannot be read"))
        #expect(try refusal(text, key).contains("the certificate \(text) with \(key) cannot be used"))
        #expect(try refusal(file, text).contains("cannot be used"))
        #expect(try refusal(file, other).contains("cannot be used"))
    }
}
