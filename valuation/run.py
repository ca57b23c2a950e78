"""From a contract to its Result."""
