"""Sambang: from the visit to the confirmed action and the measured effect."""

__version__ = "0.2.0"
