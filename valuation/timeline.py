"""The monthly grid and the calendar of payment dates."""
