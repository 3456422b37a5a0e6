"""The command `xiezhi`. The kernel imports no house: each announces its commands by entry point."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points
from typing import Any

import typer

from xiezhi.errors import XiezhiError
from xiezhi.settings import Settings

DONE, USAGE, SOME_REJECTED, NOTHING_DONE = 0, 2, 3, 4
"""Exit status: done, usage, some input rejected, nothing could be done."""


def build_app() -> typer.Typer:
    """The root command with every house's commands beside each other."""
    root = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
    for entry in sorted(entry_points(group="xiezhi.commands"), key=lambda e: e.name):
        house: typer.Typer = entry.load()
        root.registered_commands.extend(house.registered_commands)
        root.registered_groups.extend(house.registered_groups)
    return root


def run(arguments: list[str]) -> int:
    """Run one command line; returns the exit status. Errors are told in the reader's language."""
    try:
        result: Any = build_app()(arguments, standalone_mode=True)
    except SystemExit as stop:
        result = stop.code
    except XiezhiError as error:
        print(f"xiezhi: {error.code}: {error.text(Settings().language)}", file=sys.stderr)
        return NOTHING_DONE
    return result if isinstance(result, int) else DONE


def main() -> None:
    """Entry point of the console script."""
    sys.exit(run(sys.argv[1:]))
