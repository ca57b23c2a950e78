"""Sizes the loans of a plan on its base case, before anything is simulated."""
