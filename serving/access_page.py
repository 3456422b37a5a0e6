"""The page `docs/access.md`: who may do what, route by route, as `serving/permissions.py` has it."""

from __future__ import annotations

from serving.permissions import ALLOWED, NO_KEY, PUBLIC, SCOPED
from xiezhi.accounts.roles import ROLES
from xiezhi.accounts.scopes import SCOPES

_HEAD = """# Who may do what

Written by `xiezhi access > docs/access.md` from the tables in `serving/permissions.py`; a test holds the two equal, another
sends every request by every role, by nobody and by keys of every scope.

Open to whoever reaches the server: {public}, the style sheet and pictures under `/static`, and `/api/v1/openapi.json`.
Everything else asks for an account with one of the roles marked ●, or for a [key](accounts.md) of the scope named.
Without an account the pages lead to the log-in and the API answers 401; with another role both answer 403. A filing of a
[court out of reach](accounts.md) answers 404 to whoever may read filings.

In a home without accounts every request is open to whoever sits at the machine.
"""


def tell_access() -> str:
    """The page as Markdown."""
    public = ", ".join(f"`{method} {path}`" for method, path in sorted(PUBLIC, key=lambda place: place[::-1]))
    lines = [_HEAD.format(public=public)]
    lines += ["## Roles", "", "| role | |", "|---|---|"]
    lines += [f"| `{role}` | {zh}, {en} |" for role, (zh, en) in ROLES.items()]
    lines += ["", "## Scopes of keys", "", "| scope | |", "|---|---|"]
    lines += [f"| `{scope}` | {zh}; {en} |" for scope, (zh, en) in SCOPES.items()]
    heads = [zh for zh, _ in ROLES.values()]
    lines += ["", "## Requests", "", f"| request | {' | '.join(heads)} | key |"]
    lines += ["|---|" + ":-:|" * len(heads) + "---|"]
    for place in sorted(ALLOWED, key=lambda place: (place[1].startswith("/api/"), place[1], place[0])):
        lines.append(_row(place))
    return "\n".join(lines) + "\n"


def _row(place: tuple[str, str]) -> str:
    marks = ["●" if role in ALLOWED[place] else "" for role in ROLES]
    scopes = ", ".join(f"`{scope}`" for scope in sorted(SCOPED.get(place, NO_KEY)))
    return f"| `{place[0]} {place[1].replace(':path}', '}')}` | {' | '.join(marks)} | {scopes} |"
