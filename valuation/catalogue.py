"""Imports every clause and factor, so that the registry is full."""
