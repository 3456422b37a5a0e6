"""Linking by columns: all mentions at once, as arrays of codes (whole tables, the nightly re-link, Spark)."""

from features.link.table.profiles import Linking, link_profiles

__all__ = ["Linking", "link_profiles"]
