"""Contents of attachments (附件) in the home: sealed files, each under the SHA-256 of what is in it."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from xiezhi.disk import sync_folder
from xiezhi.errors import StoreError
from xiezhi.settings import Settings
from xiezhi.store.vault import Vault

ATTACHMENTS = "attachments"
"""Folder of the home."""


def keep_content(settings: Settings, vault: Vault, content: bytes) -> str:
    """Keep `content`; its digest (hex). The same content is kept once. On return it is on the disk, so a row may name it."""
    digest = hashlib.sha256(content).hexdigest()
    path = _path(settings, digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Hidden until it is whole: a backup leaves hidden files out. mkstemp gives it mode 600.
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
            file.write(vault.seal_bytes(content))
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)
    for folder in (
        path.parent,
        path.parent.parent,
        settings.home,
    ):  # each may be new, by whoever keeps it, too
        sync_folder(folder)
    return digest


def read_content(settings: Settings, vault: Vault, digest: str) -> bytes:
    """What was kept under `digest`. Raises StoreError where it is gone or no longer what it was."""
    try:
        content = vault.open_bytes(_path(settings, digest).read_bytes())
    except OSError as error:
        raise StoreError(
            "附件文件不在 XIEZHI_HOME 中；请从备份恢复。",
            "The attached file is not in XIEZHI_HOME; restore it from a backup.",
            code="attachment-gone",
        ) from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise StoreError(
            "附件内容与登记的摘要不符；请从备份恢复。",
            "The attached file is not what its digest says; restore it from a backup.",
            code="attachment-changed",
        )
    return content


def forget_contents(settings: Settings, digests: Iterable[str]) -> None:
    """Take the files of these digests away; one that is gone already is none."""
    for digest in digests:
        _path(settings, digest).unlink(missing_ok=True)


def _path(settings: Settings, digest: str) -> Path:
    return settings.home / ATTACHMENTS / digest[:2] / digest
