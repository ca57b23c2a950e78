"""Distributions over paths, with their standard errors."""
