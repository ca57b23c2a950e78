"""Errors that a user can act on."""
