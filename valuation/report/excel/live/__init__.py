"""The base case as formulas: the sheets Timeline, Model and Dated cash, generated from the plan that the kernel runs."""
