import FStoreTelemetry
import Testing

@Suite("Redaction")
struct RedactionTests {
    @Test(arguments: [
        "password", "PASSWORD", "db_password", "dbPassword", "password_hash", "secret", "client-secret", "token",
        "access_token", "accessToken", "refresh.token", "key", "api_key", "apiKey", "APIKey", "X-API-Key", "key2",
        "authorization", "Proxy-Authorization", "dsn", "source.dsn", "cookie", "Set-Cookie", "credentials", "apikey",
    ])
    func `secret`(key: String) {
        #expect(Redaction.isSecret(key: key))
    }

    @Test(arguments: [
        "", "_", "key_id", "keyID", "api_key_id", "keys", "tokens", "token_count", "token_type", "keyboard", "monkey",
        "author", "tokenizer", "secretary", "request_id", "keyspace", "passwordless", "пароль", "status",
    ])
    func `not secret`(key: String) {
        #expect(!Redaction.isSecret(key: key))
    }

    @Test(arguments: [
        ("fl_12_abcDEF-123_xyz", "fl_12_****"), ("key fl_12_abc.", "key fl_12_****."),
        ("fl_1_a,fl_22_b fl_333_c", "fl_1_****,fl_22_**** fl_333_****"), ("Bearer:fl_1_a", "Bearer:fl_1_****"),
        ("fl_fl_7_abc", "fl_fl_7_****"), ("ключ «fl_7_abc»", "ключ «fl_7_****»"), ("fl_7_ab%2Fcd%3D x", "fl_7_**** x"),
        ("flr_abc123 used", "flr_**** used"), ("invited by fli_Ab9.", "invited by fli_****."),
        ("Bearer eyJhbGciOi.eyJzdWIi-_.c2ln, x", "Bearer eyJh****, x"),
        ("fl_00000000000000000000000000_x", "fl_00000000000000000000000000_****"), ("fl_7_****", "fl_7_****"),
    ])
    func `keys in a text are cut`(text: String, expected: String) {
        #expect(Redaction.withoutKeys(text) == expected)
    }

    @Test(arguments: [
        "", "fl_", "flr_", "fli_ x", "eyJ", "fluent", "eye", "fl_1", "fl_1_", "fl__abc", "fl_x_abc", "fl_1_ abc",
        "FL_1_abc", "f", "fl_1_é",
    ])
    func `other texts stay`(text: String) {
        #expect(Redaction.withoutKeys(text) == text)
    }
}
