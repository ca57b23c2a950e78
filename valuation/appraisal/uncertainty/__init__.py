"""A run with uncertain parameters: the values that the files call estimates are drawn, and the contract with them."""
