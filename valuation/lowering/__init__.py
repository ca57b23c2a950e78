"""From terms to rows: what clauses and factors use to write themselves into a plan."""
