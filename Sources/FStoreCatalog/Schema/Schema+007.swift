extension Schema {
    /// 007: runs that were told to stop, which a kill must not forget, and how often a run has failed.
    static let step007 = """
        ALTER TABLE ingestion_runs ADD COLUMN stop_asked INTEGER NOT NULL DEFAULT 0 CHECK (stop_asked IN (0, 1));
        ALTER TABLE ingestion_runs ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
        """
}
