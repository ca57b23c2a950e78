"""The conventions that a report states."""
