"""The one door outwards: how this server calls another, when an administrator named it. Nothing else calls out."""

from __future__ import annotations

import ssl

import httpx2


def open_client(seconds: float) -> httpx2.Client:
    """A client that waits `seconds` for each step, trusts the certificates this machine trusts (a court's own authority
    among them), follows no redirect, and asks no proxy and no environment where to go."""
    return httpx2.Client(
        timeout=seconds, verify=ssl.create_default_context(), follow_redirects=False, trust_env=False
    )
