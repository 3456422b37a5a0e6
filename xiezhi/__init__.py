"""Xiezhi 獬豸: flags filings that may be false litigation or abusive, for a judge's review."""

__version__ = "0.1.0"
