"""The commands `xiezhi key …`."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from xiezhi.accounts.command import By, who_acts
from xiezhi.cli import opened, read_moment, say
from xiezhi.clock import format_known, format_moment, now
from xiezhi.store.api_keys import ApiKey

app = typer.Typer()
key_app = typer.Typer(no_args_is_help=True, help="Keys for programs. 程序密钥。")
app.add_typer(key_app, name="key")

Name = Annotated[str, typer.Argument(help="Name of the key, such as the program's. 密钥名。")]


@key_app.command("add")
def add_command(
    name: Name,
    scope: Annotated[list[str], typer.Option(help="screen, read-flags, read-filings; several. 权限范围。")],
    court: Annotated[
        list[str] | None, typer.Option(help="Filings of this court alone; several. 法院代码。")
    ] = None,
    until: Annotated[str | None, typer.Option(help="It expires then. 到期日。")] = None,
    by: By = None,
) -> None:
    """Make a key and tell its token, this once. 新建密钥。"""
    from xiezhi.accounts.keys import add_key

    with opened() as (store, settings):
        person = who_acts(store, settings, by)
        expires = None if until is None else read_moment(until, settings.zone, "--until")
        token = add_key(
            store, name, scopes=scope, courts=court or (), expires_at=expires, by=person, at=now()
        )
        say(
            settings,
            "密钥只显示这一次，请妥为保管：",
            "The token is shown this once; keep it well:",
            err=True,
        )
        typer.echo(token)


@key_app.command("list")
def list_command(
    as_json: Annotated[bool, typer.Option("--json", help="Machine output. 机器可读。")] = False,
) -> None:
    """Every key with its scopes, courts and last use. 列出密钥。"""
    from xiezhi.store.api_keys import list_keys

    with opened() as (store, settings):
        with store.read() as connection:
            keys = [_to_json(key, settings.zone) for key in list_keys(connection)]
        if as_json:
            typer.echo(json.dumps(keys, ensure_ascii=False, indent=1))
            return
        for key in keys:
            told = [str(key["name"]), ",".join(key["scopes"]), ",".join(key["courts"]) or "*"]
            told += [f"{what} {key[what]}" for what in ("expires_at", "revoked_at", "used_at") if key[what]]
            typer.echo("  ".join(told))


@key_app.command("revoke")
def revoke_command(name: Name, by: By = None) -> None:
    """End a key for good, at once. 撤销密钥。"""
    from xiezhi.accounts.keys import end_key

    with opened() as (store, settings):
        end_key(store, name, by=who_acts(store, settings, by), at=now())
        say(settings, f"密钥 {name} 已撤销。", f"The key {name} is revoked.")


def _to_json(key: ApiKey, zone: str) -> dict[str, Any]:
    return {
        "name": key.name, "scopes": sorted(key.scopes), "courts": sorted(key.courts), "made_by": key.made_by,
        "made_at": format_moment(key.made_at, zone), "expires_at": format_known(key.expires_at, zone),
        "revoked_at": format_known(key.revoked_at, zone), "used_at": format_known(key.used_at, zone),
    }  # fmt: skip
