"""The Plan: what a contract becomes before it is computed, a program over named rows."""
