extension Schema {
    /// 005: people. Users sign in, organizations have a tier, teams share patterns and settings, and whatever changes
    /// leaves an entry in the audit trail.
    ///
    /// A user who is removed stays as a row without personal data: keys, patterns and the audit trail refer to it.
    static let step005 =
        organizations + users + keys + sessions + teams + patterns + audit + """
            CREATE TABLE server_settings (
                name TEXT PRIMARY KEY NOT NULL,
                value TEXT NOT NULL,
                updated INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;

            """

    private static let organizations = """
        ALTER TABLE organizations ADD COLUMN tier TEXT NOT NULL DEFAULT 'standard';
        ALTER TABLE organizations ADD COLUMN disabled INTEGER;
        ALTER TABLE organizations ADD COLUMN deletion_began INTEGER;
        ALTER TABLE organizations ADD COLUMN deletion_ended INTEGER;
        ALTER TABLE organizations ADD COLUMN max_stored_bytes INTEGER CHECK (max_stored_bytes > 0);
        ALTER TABLE organizations ADD COLUMN max_writes_per_second INTEGER CHECK (max_writes_per_second > 0);
        ALTER TABLE organizations ADD COLUMN stored_bytes INTEGER;
        ALTER TABLE organizations ADD COLUMN stored_bytes_time INTEGER;

        """

    /// Whoever has a password can be found by a username or an e-mail address alone, so that both are unique then.
    private static let users = """
        ALTER TABLE users ADD COLUMN public_id TEXT NOT NULL DEFAULT '';
        ALTER TABLE users ADD COLUMN email TEXT NOT NULL DEFAULT '';
        ALTER TABLE users ADD COLUMN full_name TEXT NOT NULL DEFAULT '';
        ALTER TABLE users ADD COLUMN password TEXT;
        ALTER TABLE users ADD COLUMN password_set INTEGER;
        ALTER TABLE users ADD COLUMN disabled INTEGER;
        ALTER TABLE users ADD COLUMN removed INTEGER;

        UPDATE users SET
            public_id = 'usr_' || hex(randomblob(13)),
            email = CASE id WHEN (SELECT min(id) FROM users WHERE role = 'operator') THEN 'operator@localhost'
                ELSE 'user' || id || '@localhost' END,
            full_name = CASE username WHEN 'operator' THEN 'Operator' ELSE username END;

        CREATE UNIQUE INDEX users_by_public_id ON users (public_id);
        CREATE UNIQUE INDEX users_by_email ON users (lower(email)) WHERE removed IS NULL;
        CREATE UNIQUE INDEX users_by_login ON users (lower(username)) WHERE password IS NOT NULL;

        CREATE TABLE invitations (
            id TEXT PRIMARY KEY NOT NULL,
            organization_id INTEGER NOT NULL REFERENCES organizations (id),
            digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
            email TEXT NOT NULL,
            role TEXT NOT NULL CHECK (role IN ('viewer', 'developer', 'admin')),
            invited_by INTEGER NOT NULL REFERENCES users (id),
            created INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            used INTEGER
        ) STRICT;

        """

    /// A key that is rotated has one successor.
    private static let keys = """
        ALTER TABLE api_keys ADD COLUMN replaces TEXT;
        CREATE UNIQUE INDEX api_keys_by_replaced ON api_keys (replaces) WHERE replaces IS NOT NULL;

        """

    /// A session lasts from signing in to its end; its refresh tokens follow one another, each used once.
    private static let sessions = """
        CREATE TABLE sessions (
            id TEXT PRIMARY KEY NOT NULL,
            organization_id INTEGER NOT NULL,
            user_id INTEGER NOT NULL,
            address TEXT NOT NULL,
            created INTEGER NOT NULL,
            authenticated INTEGER NOT NULL,
            refreshed INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            ended INTEGER,
            FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id)
        ) STRICT;

        CREATE INDEX sessions_by_user ON sessions (user_id, ended);
        CREATE INDEX sessions_by_end ON sessions (ended, expires);

        CREATE TABLE refresh_tokens (
            digest BLOB PRIMARY KEY NOT NULL CHECK (length(digest) = 32),
            session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
            created INTEGER NOT NULL,
            used INTEGER
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);

        CREATE TABLE token_keys (
            id TEXT PRIMARY KEY NOT NULL,
            sealed BLOB NOT NULL,
            created INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        """

    /// A policy's team is 0 for the policy of the organization; what it does not set is null.
    private static let teams = """
        CREATE TABLE teams (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            organization_id INTEGER NOT NULL REFERENCES organizations (id),
            name TEXT NOT NULL,
            created INTEGER NOT NULL,
            UNIQUE (organization_id, name),
            UNIQUE (organization_id, id)
        ) STRICT;

        CREATE TABLE team_members (
            organization_id INTEGER NOT NULL,
            team_id INTEGER NOT NULL,
            user_id INTEGER NOT NULL,
            added INTEGER NOT NULL,
            PRIMARY KEY (team_id, user_id),
            FOREIGN KEY (organization_id, team_id) REFERENCES teams (organization_id, id) ON DELETE CASCADE,
            FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id)
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX team_members_by_user ON team_members (user_id);

        CREATE TABLE policies (
            organization_id INTEGER NOT NULL REFERENCES organizations (id),
            team_id INTEGER NOT NULL DEFAULT 0,
            min_confidence_threshold REAL CHECK (min_confidence_threshold BETWEEN 0 AND 1),
            security_checks_required INTEGER CHECK (security_checks_required IN (0, 1)),
            auto_sync_enabled INTEGER CHECK (auto_sync_enabled IN (0, 1)),
            enforced TEXT,
            PRIMARY KEY (organization_id, team_id)
        ) STRICT, WITHOUT ROWID;

        """

    /// The index of metrics has all that summaries read.
    private static let patterns = """
        CREATE TABLE patterns (
            organization_id INTEGER NOT NULL REFERENCES organizations (id),
            name TEXT NOT NULL,
            version INTEGER NOT NULL CHECK (version >= 0),
            description TEXT NOT NULL,
            category TEXT NOT NULL,
            modified_by INTEGER NOT NULL REFERENCES users (id),
            modified INTEGER NOT NULL,
            PRIMARY KEY (organization_id, name, version)
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX patterns_by_change ON patterns (organization_id, modified);

        CREATE TABLE pattern_metrics (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            organization_id INTEGER NOT NULL REFERENCES organizations (id),
            user_id INTEGER NOT NULL REFERENCES users (id),
            type TEXT NOT NULL,
            pattern TEXT NOT NULL,
            seconds_saved REAL NOT NULL,
            created INTEGER NOT NULL
        ) STRICT;

        CREATE INDEX pattern_metrics_by_time
            ON pattern_metrics (organization_id, created, pattern, user_id, seconds_saved);

        """

    /// `link` chains each entry to the one before it.
    private static let audit = """
        CREATE TABLE audit (
            seq INTEGER PRIMARY KEY CHECK (seq > 0),
            organization_id INTEGER,
            time INTEGER NOT NULL,
            action TEXT NOT NULL,
            actor INTEGER,
            actor_name TEXT NOT NULL,
            credential TEXT,
            address TEXT,
            request_id TEXT,
            target TEXT NOT NULL,
            details TEXT NOT NULL,
            link BLOB NOT NULL
        ) STRICT;

        CREATE INDEX audit_by_organization ON audit (organization_id, seq);

        CREATE TABLE audit_marks (
            name TEXT PRIMARY KEY NOT NULL CHECK (name IN ('anchor', 'head')),
            seq INTEGER NOT NULL,
            link BLOB NOT NULL,
            signature BLOB NOT NULL,
            time INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        """
}
