"""One file that holds a backup: a tar of tables and bundles, with the digest of each and of the whole."""

from __future__ import annotations

import hashlib
import json
import tarfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from xiezhi.errors import InputError

FORMAT = 1
MANIFEST = "manifest.json"
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """What is in a backup. `files`: path in the archive -> SHA-256 (hex); `rows`: table -> rows.

    `revision`: the schema the tables are of; `secret_check`: keyed hash by which the secret is known again;
    `made_at`: ISO time; `head`: the audit trail's, as `number:digest`.
    """

    made_at: str
    program: str
    revision: str
    secret_check: str
    head: str
    rows: Mapping[str, int]
    files: Mapping[str, str]


def pack(folder: Path, manifest: Manifest, path: Path) -> None:
    """Write `folder`, whose files `manifest` names, as the new archive `path`: all of it, or no file."""
    (folder / MANIFEST).write_text(_dump({"format": FORMAT, **asdict(manifest)}), encoding="utf-8")
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.touch()
        partial.chmod(0o600)  # names and addresses are in it
        with tarfile.open(partial, "w") as tar:
            for name in (MANIFEST, *sorted(manifest.files)):
                tar.add(folder / name, name)
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)


def unpack(path: Path, folder: Path) -> Manifest:
    """Unpack an archive into `folder`, every file checked. Raises InputError for anything but a whole backup."""
    try:
        with tarfile.open(path, "r:") as tar:
            tar.extractall(folder, filter="data")
        told: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if told.pop("format") != FORMAT:
            raise ValueError("format")
        manifest = Manifest(**told)
        for name, digest in manifest.files.items():
            if file_digest(folder / name) != digest:
                raise ValueError(name)
    except (OSError, tarfile.TarError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"文件 {path.name} 不是完整的备份，或已损坏；请换另一份备份。",
            f"The file {path.name} is no whole backup, or is damaged; take another one.",
            code="backup-damaged",
        ) from error
    return manifest


def list_files(folder: Path) -> dict[str, str]:
    """Every file under `folder` by its relative path, with its SHA-256 (hex)."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): file_digest(path) for path in paths}


def file_digest(path: Path) -> str:
    """SHA-256 (hex) of a file."""
    hasher = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            hasher.update(block)
    return hasher.hexdigest()


def _dump(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
