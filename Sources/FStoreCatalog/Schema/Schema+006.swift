extension Schema {
    /// 006: ingestion. A job runs some sources once. Each of its runs is one source, and a source has one open run.
    ///
    /// The engine records how far a run has come, in the same commit as the values. These tables record what is to be
    /// done, and the results.
    static let step006 = """
        ALTER TABLE sources ADD COLUMN validation TEXT NOT NULL DEFAULT '{}';

        CREATE TABLE source_states (
            source_id TEXT PRIMARY KEY NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
            last_sync INTEGER,
            stored INTEGER NOT NULL DEFAULT 0,
            rejected INTEGER NOT NULL DEFAULT 0,
            failures INTEGER NOT NULL DEFAULT 0,
            last_error TEXT,
            last_duration INTEGER
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE ingestion_jobs (
            id TEXT PRIMARY KEY NOT NULL,
            organization_id INTEGER NOT NULL REFERENCES organizations (id),
            state TEXT NOT NULL CHECK (state IN ('running', 'completed', 'failed', 'stopped')),
            batch_rows INTEGER,
            timeout_seconds INTEGER,
            created INTEGER NOT NULL,
            ended INTEGER
        ) STRICT;

        CREATE INDEX ingestion_jobs_by_age ON ingestion_jobs (organization_id, created, id);

        CREATE TABLE ingestion_runs (
            id TEXT PRIMARY KEY NOT NULL,
            job_id TEXT NOT NULL REFERENCES ingestion_jobs (id) ON DELETE CASCADE,
            organization_id INTEGER NOT NULL REFERENCES organizations (id),
            source_id TEXT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
            state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'completed', 'failed', 'stopped')),
            attempts INTEGER NOT NULL DEFAULT 0,
            not_before INTEGER NOT NULL,
            started INTEGER,
            ended INTEGER,
            stored INTEGER NOT NULL DEFAULT 0,
            rejected INTEGER NOT NULL DEFAULT 0,
            error TEXT
        ) STRICT;

        CREATE INDEX ingestion_runs_by_job ON ingestion_runs (job_id);
        CREATE UNIQUE INDEX open_runs ON ingestion_runs (source_id) WHERE state IN ('waiting', 'running');

        CREATE TABLE source_rejects (
            source_id TEXT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
            run_id TEXT NOT NULL,
            file TEXT NOT NULL,
            line INTEGER NOT NULL,
            field TEXT,
            reason TEXT NOT NULL,
            row TEXT NOT NULL,
            time INTEGER NOT NULL,
            PRIMARY KEY (source_id, run_id, file, line)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE materializations (
            feature_id TEXT PRIMARY KEY NOT NULL,
            organization_id INTEGER NOT NULL REFERENCES organizations (id),
            source TEXT NOT NULL,
            next_run INTEGER,
            is_running INTEGER NOT NULL DEFAULT 0 CHECK (is_running IN (0, 1)),
            is_asked INTEGER NOT NULL DEFAULT 0 CHECK (is_asked IN (0, 1)),
            last_run INTEGER,
            last_success INTEGER,
            stored INTEGER NOT NULL DEFAULT 0,
            rejected INTEGER NOT NULL DEFAULT 0,
            failures INTEGER NOT NULL DEFAULT 0,
            error TEXT,
            newest_event INTEGER
        ) STRICT;

        CREATE TABLE webhooks (
            id TEXT PRIMARY KEY NOT NULL,
            organization_id INTEGER NOT NULL REFERENCES organizations (id),
            shown_url TEXT NOT NULL,
            url BLOB NOT NULL,
            secret BLOB NOT NULL,
            events TEXT NOT NULL,
            enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
            created INTEGER NOT NULL
        ) STRICT;

        CREATE INDEX webhooks_by_organization ON webhooks (organization_id, created);

        CREATE TABLE webhook_deliveries (
            id TEXT PRIMARY KEY NOT NULL,
            webhook_id TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
            organization_id INTEGER NOT NULL REFERENCES organizations (id),
            event TEXT NOT NULL,
            payload TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'dead')),
            attempts INTEGER NOT NULL DEFAULT 0,
            not_before INTEGER NOT NULL,
            created INTEGER NOT NULL,
            last_attempt INTEGER,
            last_status INTEGER,
            last_error TEXT
        ) STRICT;

        CREATE INDEX waiting_deliveries ON webhook_deliveries (not_before) WHERE state = 'waiting';
        CREATE INDEX deliveries_by_webhook ON webhook_deliveries (webhook_id, created, id);

        CREATE TABLE exports (
            id TEXT PRIMARY KEY NOT NULL,
            organization_id INTEGER NOT NULL REFERENCES organizations (id),
            user_id INTEGER NOT NULL,
            request TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('processing', 'completed', 'failed')),
            created INTEGER NOT NULL,
            ended INTEGER,
            expires INTEGER NOT NULL,
            bytes INTEGER,
            records INTEGER,
            error TEXT
        ) STRICT;

        CREATE INDEX exports_by_organization ON exports (organization_id, created);

        CREATE INDEX materializations_by_turn ON materializations (next_run) WHERE next_run IS NOT NULL;
        CREATE INDEX materializations_by_organization ON materializations (organization_id);
        """
}
