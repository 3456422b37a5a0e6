"""Commands of this house."""

from __future__ import annotations

import typer

app = typer.Typer()
