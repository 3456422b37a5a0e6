"""The report of a linking run: one HTML file that needs nothing else and prints well."""

from features.link.report.page import write_report

__all__ = ["write_report"]
