"""Questions that take many runs: compare, solve, sensitivity, break-even."""
