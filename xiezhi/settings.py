"""Settings of a deployment, read from the environment (`XIEZHI_…`). Policies and constants live elsewhere."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, PositiveInt, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from xiezhi.clock import known_zone
from xiezhi.disk import sync_folder


class Settings(BaseSettings):
    """One frozen object a process. Every field is an environment variable `XIEZHI_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="XIEZHI_", frozen=True, extra="ignore")

    home: Path = Path("var")
    """Where state lives: the SQLite store, the secret, promoted bundles."""

    database_url: str = ""
    """SQLAlchemy URL; empty means SQLite in `home`."""

    secret_key: SecretStr = SecretStr("")
    """Key for identity numbers at rest. Empty: made once and kept in `home/secret.key` (mode 600)."""

    zone: Annotated[str, AfterValidator(known_zone)] = "Asia/Shanghai"
    """Local time of the court (IANA), for times that come without an offset."""

    currency: str = "CNY"
    """The jurisdiction's currency (ISO 4217)."""

    jurisdiction: str = "cn"
    """Whose rule pack gives signs, articles and steps: `cn`, `us-federal`, `us-ca`, `ew` or `br`."""

    signs: Path | None = None
    """A court's own signs: an overlay on the rule pack, or a whole pack (`docs/rule-packs.md`)."""

    language: str = "zh"
    """Language of messages and pages where the reader did not choose: `zh` or `en`."""

    calendar: Path | None = None
    """The court's holidays (`docs/desk.md`); none: those shipped for the jurisdiction, where there are any."""

    sheet_template: Path | None = None
    """The court's own DOCX template of review sheets (`docs/sheets.md`); none: the one shipped."""

    link_weights: Path | None = None
    """Weights of the linker, as `xiezhi link fit` writes them; none: those shipped with the program."""

    mlruns: Path = Path("mlruns")
    """MLflow's database and artifacts."""

    development: bool = False
    """Whether weak secrets are let pass, on a machine that holds no real filing."""

    oidc_issuer: str = ""
    """The court's own identity provider (OpenID Connect), `https://…`; empty: log-in by password alone."""

    oidc_client_id: str = ""
    """Under which name this server is known there."""

    oidc_client_secret: SecretStr = SecretStr("")
    """Its secret there; empty: a public client, which PKCE alone protects."""

    oidc_new_role: str = ""
    """Role of an account made at the first log-in by the provider; empty: none is ever made so."""

    webhook_hosts: str = ""
    """Hosts that may be told of scores and decisions, `host` or `host:port`, a comma between; empty: none."""

    rate_person: PositiveInt = 1_200
    """Requests a minute of one account (`docs/accounts.md` says why so many)."""

    rate_key: PositiveInt = 6_000
    """Requests a minute of one program's key."""

    rate_address: PositiveInt = 600
    """Requests a minute of an address that has not logged in."""

    rate_login: PositiveInt = 60
    """Attempts to log in a minute from one address."""

    def store_url(self) -> str:
        """The SQLAlchemy URL of the store."""
        if not self.database_url:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            return f"sqlite:///{(self.home / 'xiezhi.db').as_posix()}"
        # Both spellings are common; the driver here is psycopg 3.
        for prefix in ("postgres://", "postgresql://"):
            if self.database_url.startswith(prefix):
                return "postgresql+psycopg://" + self.database_url.removeprefix(prefix)
        return self.database_url

    def secret(self) -> bytes:
        """The key for identity numbers, made on first use when none is set."""
        if self.secret_key.get_secret_value():
            return self.secret_key.get_secret_value().encode()
        path = self.home / "secret.key"
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            # Linked when it is whole: of two processes that start at once both take the one that came first.
            handle, made = tempfile.mkstemp(dir=self.home, prefix=".secret-")  # mode 600
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_hex(32))
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(made, path)
            Path(made).unlink()
            sync_folder(self.home)  # before anything is sealed under it
        return path.read_bytes()
