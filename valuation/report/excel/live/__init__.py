"""The base case as formulas, generated from the plan that the kernel runs: Timeline, Model, Curves and Dated cash."""
