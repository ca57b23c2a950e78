"""Where clauses and factors are entered under their names."""
