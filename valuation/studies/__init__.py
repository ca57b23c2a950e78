"""Studies: what needs a contract run more than once, each run on the same random numbers."""
