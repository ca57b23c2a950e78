"""The compiled part: random numbers, elementary functions, ops, the block interpreter. It knows no contract."""
