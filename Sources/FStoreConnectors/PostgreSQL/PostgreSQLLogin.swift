/// How to reach a database, and as whom.
package struct PostgreSQLLogin: Sendable {
    package var host: String
    package var port: Int
    package var database: String
    package var user: String
    package var password: String
    package var security: Security

    /// How much the connection is protected, as libpq calls it.
    package enum Security: String, CaseIterable, Sendable {
        case disable, prefer, require
        case verifyCA = "verify-ca"
        case verifyFull = "verify-full"
    }

    package init(
        host: String,
        port: Int = 5432,
        database: String,
        user: String,
        password: String,
        security: Security = .prefer
    ) {
        self.host = host
        self.port = port
        self.database = database
        self.user = user
        self.password = password
        self.security = security
    }

    /// The certificates that the system trusts.
    private static let authorities = "/etc/ssl/certs/ca-certificates.crt"

    /// What libpq is told. Everything that it would else take from its environment or from files of the server's user
    /// is said: a source must not use what was not put into it.
    func parameters(address: NetworkAddress, timeoutSeconds: Int) -> [(name: String, value: String)] {
        [
            ("host", host), ("hostaddr", address.description), ("port", "\(port)"), ("dbname", database),
            ("user", user), ("password", password), ("passfile", "/dev/null"), ("sslmode", security.rawValue),
            ("sslrootcert", security == .verifyCA || security == .verifyFull ? Self.authorities : "/dev/null"),
            ("sslcert", "/dev/null"), ("sslkey", "/dev/null"), ("gssencmode", "disable"), ("service", ""),
            ("connect_timeout", "\(timeoutSeconds)"), ("client_encoding", "UTF8"), ("application_name", "fstore"),
            ("options", ""), ("keepalives_idle", "30"), ("tcp_user_timeout", "30000"),
        ]
    }
}
