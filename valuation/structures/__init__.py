"""Contract clauses, one file each."""
