extension Schema {
    /// 003: the space of an organization's values is a column, not its id.
    ///
    /// Until then the first organization had space 1, while the library and the command line write to space 0: each
    /// side saw an empty store. New stores give space 0 to the first organization; old ones keep what they have.
    static let step003 = """
        ALTER TABLE organizations ADD COLUMN space INTEGER NOT NULL DEFAULT 0 CHECK (space BETWEEN 0 AND 4294967295);
        UPDATE organizations SET space = id;
        CREATE UNIQUE INDEX organizations_by_space ON organizations (space);
        """
}
