extension Schema {
    /// 004: who this catalog is, and how often it has been written to.
    ///
    /// The values beside a catalog carry its identity, so that neither is used without the other. The count of commits
    /// stands in a small file as well: a write-ahead log that was cut off is noticed by it.
    static let step004 = """
        CREATE TABLE this_catalog (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            identity BLOB NOT NULL CHECK (length(identity) = 16),
            is_bound INTEGER NOT NULL CHECK (is_bound IN (0, 1)),
            commits INTEGER NOT NULL
        ) STRICT;

        INSERT INTO this_catalog VALUES (1, randomblob(16), 0, 0);
        """
}
