"""Intensities of events from what is observed and from what is paid. Pure maths."""
