"""The advisory locks this program takes on PostgreSQL: a number each, so that nobody waits for what another one guards."""

from __future__ import annotations

TURN, APPENDING, PUBLISHING, MIGRATING = range(0x7869657A6868, 0x7869657A686C)
"""Whoever keeps a filing; appends to the audit trail; publishes what changed; migrates. The numbers spell "xiezhi"."""
