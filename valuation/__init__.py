"""Values long-term power and compute-capacity contracts."""

__version__ = "0.1.0"
