"""The commands `xiezhi user …`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from xiezhi.cli import opened, say
from xiezhi.clock import format_known, now
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.users import User

app = typer.Typer()
user_app = typer.Typer(no_args_is_help=True, help="Accounts and roles. 账户与角色。")
app.add_typer(user_app, name="user")

Name = Annotated[str, typer.Argument(help="Account name, such as a staff number. 账户名。")]
By = Annotated[str | None, typer.Option(help="The administrator who does it. 管理员账户名。")]
ROLE_HELP = (
    "clerk, reviewer, presiding_judge, supervisor, scientist, auditor, administrator; several. 角色，可多个。"
)


@user_app.command("add")
def add_command(
    name: Name,
    role: Annotated[list[str], typer.Option(help=ROLE_HELP)],
    display_name: Annotated[
        str | None, typer.Option(help="As it is shown. Default: the name. 显示名。")
    ] = None,
    by: By = None,
) -> None:
    """Make an account; the first one is an administrator's. The password is asked for. 新建账户。"""
    from xiezhi.accounts.administer import add_user, has_accounts

    with opened() as (store, settings):
        person = identify(store, settings, by) if has_accounts(store) else None
        password = _new_password(settings, name)
        shown = display_name or name
        add_user(store, name, display_name=shown, roles=role, password=password, by=person, at=now())
        say(settings, f"账户 {name} 已建立。", f"The account {name} is made.")


@user_app.command("list")
def list_command(
    as_json: Annotated[bool, typer.Option("--json", help="Machine output. 机器可读。")] = False,
) -> None:
    """Every account with its roles. 列出账户。"""
    from xiezhi.accounts.roles import ROLES
    from xiezhi.store.users import list_users

    with opened() as (store, settings):
        with store.read() as connection:
            everybody = list_users(connection)
        if as_json:
            typer.echo(
                json.dumps([_to_json(u, settings.zone) for u in everybody], ensure_ascii=False, indent=1)
            )
            return
        chinese = settings.language.startswith("zh")
        for user in everybody:
            roles = (
                "、".join(ROLES[r][0] for r in ROLES if r in user.roles)
                if chinese
                else ", ".join(sorted(user.roles))
            )
            closed = "" if user.disabled_at is None else "  已停用" if chinese else "  disabled"
            courts = "".join(f"  {court}" for court in sorted(user.courts))
            typer.echo(f"{user.name}  {user.display_name}  {roles}{courts}{closed}")


@user_app.command("role")
def role_command(
    name: Name, roles: Annotated[list[str], typer.Argument(help=ROLE_HELP)], by: By = None
) -> None:
    """Give an account these roles and no others. 改变角色。"""
    from xiezhi.accounts.administer import set_roles

    with opened() as (store, settings):
        set_roles(store, name, roles, by=identify(store, settings, by), at=now())
        say(settings, f"账户 {name} 的角色已更改。", f"The roles of {name} are changed.")


@user_app.command("courts")
def courts_command(
    name: Name,
    courts: Annotated[
        list[str] | None, typer.Argument(help="Court codes; none: every court's filings. 法院代码。")
    ] = None,
    by: By = None,
) -> None:
    """Let an account see the filings of these courts alone. 限定可见的法院。"""
    from xiezhi.accounts.administer import set_courts

    with opened() as (store, settings):
        set_courts(store, name, courts or (), by=identify(store, settings, by), at=now())
        say(settings, f"账户 {name} 的法院范围已更改。", f"The courts of {name} are changed.")


@user_app.command("unbind")
def unbind_command(name: Name, by: By = None) -> None:
    """Forget which person of the identity provider this is; the next log-in there binds anew. 解除身份绑定。"""
    from xiezhi.accounts.administer import unbind_user

    with opened() as (store, settings):
        unbind_user(store, name, by=identify(store, settings, by), at=now())
        say(settings, f"账户 {name} 已解除绑定。", f"The account {name} is bound to nobody.")


@user_app.command("disable")
def disable_command(name: Name, by: By = None) -> None:
    """Close an account for good; what it did stays on record. 停用账户。"""
    from xiezhi.accounts.administer import disable_user

    with opened() as (store, settings):
        disable_user(store, name, by=identify(store, settings, by), at=now())
        say(settings, f"账户 {name} 已停用。", f"The account {name} is disabled.")


@user_app.command("password")
def password_command(name: Name, by: By = None) -> None:
    """Set a new password: one's own, or as an administrator anybody's. 更改口令。"""
    from xiezhi.accounts.administer import set_password

    with opened() as (store, settings):
        person = identify(store, settings, by or name)
        set_password(store, name, _new_password(settings, name), by=person, at=now())
        say(settings, f"账户 {name} 的口令已更改。", f"The password of {name} is changed.")


def identify(store: Store, settings: Settings, name: str | None) -> User:
    """The person of this account, once he has given his password. Raises BadParameter, NotAuthenticated."""
    from xiezhi.accounts.administer import authenticate
    from xiezhi.accounts.passwords import ask_password

    if name is None:
        raise typer.BadParameter("账户名 / the account's name", param_hint="--by")
    prompt = f"{name} 的口令" if settings.language.startswith("zh") else f"Password of {name}"
    return authenticate(store, name, ask_password(prompt))


def who_acts(store: Store, settings: Settings, by: str | None) -> User:
    """Who does it: the account `by`, once he has given his password; in a home without accounts anybody."""
    from xiezhi.accounts.administer import has_accounts
    from xiezhi.accounts.roles import sole_user

    return identify(store, settings, by) if has_accounts(store) else sole_user(by or "")


def _new_password(settings: Settings, name: str) -> str:
    from xiezhi.accounts.passwords import ask_new_password

    if settings.language.startswith("zh"):
        return ask_new_password(f"{name} 的新口令", "再输入一次")
    return ask_new_password(f"New password of {name}", "Once more")


def _to_json(user: User, zone: str) -> dict[str, object]:
    return {
        "name": user.name, "display_name": user.display_name, "roles": sorted(user.roles), "courts": sorted(user.courts),
        "disabled_at": format_known(user.disabled_at, zone),
    }  # fmt: skip
