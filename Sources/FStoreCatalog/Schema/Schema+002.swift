extension Schema {
    /// 002: sources of data, and the secrets that reach them.
    static let step002 = """
        CREATE TABLE sources (
            id TEXT PRIMARY KEY NOT NULL,
            organization_id INTEGER NOT NULL REFERENCES organizations (id),
            name TEXT NOT NULL,
            type TEXT NOT NULL,
            config TEXT NOT NULL,
            enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL,
            version INTEGER NOT NULL,
            UNIQUE (organization_id, name)
        ) STRICT;

        CREATE INDEX sources_by_age ON sources (organization_id, created, id);

        CREATE TABLE source_secrets (
            source_id TEXT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            sealed BLOB NOT NULL,
            PRIMARY KEY (source_id, name)
        ) STRICT, WITHOUT ROWID;
        """
}
