"""Runs a Plan over many paths."""
