"""From spec to Plan."""
