extension Schema {
    /// 001: organizations, users, API keys.
    ///
    /// An id of an organization is the space of its values in the engine, so it is never used again (AUTOINCREMENT)
    /// and fits 32 bits. The references over two columns let nothing point into another organization.
    static let step001 = """
        CREATE TABLE organizations (
            id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id BETWEEN 1 AND 4294967295),
            name TEXT NOT NULL UNIQUE,
            created INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE users (
            id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id BETWEEN 1 AND 9007199254740991),
            organization_id INTEGER NOT NULL REFERENCES organizations (id),
            username TEXT NOT NULL,
            role TEXT NOT NULL CHECK (role IN ('viewer', 'developer', 'admin', 'operator')),
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL,
            UNIQUE (organization_id, username),
            UNIQUE (organization_id, id)
        ) STRICT;

        CREATE TABLE api_keys (
            id TEXT PRIMARY KEY NOT NULL,
            organization_id INTEGER NOT NULL,
            user_id INTEGER NOT NULL,
            name TEXT NOT NULL,
            prefix TEXT NOT NULL,
            digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
            role TEXT NOT NULL CHECK (role IN ('viewer', 'developer', 'admin', 'operator')),
            quota TEXT NOT NULL,
            expires INTEGER,
            created INTEGER NOT NULL,
            last_used INTEGER,
            revoked INTEGER,
            FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id)
        ) STRICT;

        CREATE INDEX api_keys_by_age ON api_keys (organization_id, created, id);
        """
}
