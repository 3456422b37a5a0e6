"""The command `xiezhi`. The kernel imports no house: each announces its commands by entry point."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import entry_points
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from xiezhi import __version__
from xiezhi.clock import Moment, parse_moment
from xiezhi.errors import XiezhiError
from xiezhi.settings import Settings
from xiezhi.store import Store, open_store

DONE, USAGE, SOME_REJECTED, NOTHING_DONE = 0, 2, 3, 4
"""Exit status: done, usage, some input rejected, nothing could be done."""


def build_app() -> typer.Typer:
    """The root command: the kernel's own commands, and every house's beside them."""
    from xiezhi import demo, self_check  # they call `run` in their turn
    from xiezhi.accounts import command as accounts
    from xiezhi.accounts import key_command as keys
    from xiezhi.audit import cli as audit
    from xiezhi.backup import cli as backup
    from xiezhi.retention import cli as retention

    # Without locals: a traceback must not show what a filing says of a person.
    root = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_show_locals=False)
    root.callback()(_root)
    houses = [e.load() for e in sorted(entry_points(group="xiezhi.commands"), key=lambda e: e.name)]
    own = (demo.app, self_check.app, accounts.app, keys.app, audit.app, backup.app, retention.app)
    for part in (*own, *houses):
        root.registered_commands.extend(part.registered_commands)
        root.registered_groups.extend(part.registered_groups)
    return root


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"xiezhi {__version__}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Flags filings that may be false litigation (虚假诉讼) or abusive (滥诉) for a judge's review."""


def read_moment(text: str, zone: str, option: str) -> Moment:
    """An option's date or time as a moment; without an offset it is local in `zone`. Raises BadParameter."""
    try:
        return parse_moment(text, zone)
    except ValueError as error:
        raise typer.BadParameter("2026-01-31 | 2026-01-31T09:00", param_hint=option) from error


@contextmanager
def opened() -> Iterator[tuple[Store, Settings]]:
    """The store and the settings for the length of one command. Raises StoreError."""
    settings = Settings()
    store = open_store(settings)
    try:
        yield store, settings
    finally:
        store.close()


def say(settings: Settings, zh: str, en: str, *, err: bool = False) -> None:
    """Print a sentence in the reader's language; `err`: beside what a program reads."""
    typer.echo(zh if settings.language.startswith("zh") else en, err=err)


def run(arguments: list[str]) -> int:
    """Run one command line; returns the exit status. Errors are told in the reader's language."""
    try:
        result: Any = build_app()(arguments, standalone_mode=True)
    except SystemExit as stop:
        result = stop.code
    except XiezhiError as error:
        print(f"xiezhi: {error.code}: {error.text(Settings().language)}", file=sys.stderr)
        return NOTHING_DONE
    except ValidationError as error:
        if error.title != Settings.__name__:
            raise
        names = ", ".join(f"XIEZHI_{fault['loc'][0]}".upper() for fault in error.errors())
        print(f"xiezhi: settings: {names} 的值有误。The value of {names} cannot be used.", file=sys.stderr)
        return NOTHING_DONE
    return result if isinstance(result, int) else DONE


def main() -> None:
    """Entry point of the console script."""
    sys.exit(run(sys.argv[1:]))
