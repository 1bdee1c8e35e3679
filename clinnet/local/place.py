"""The run-time folder (`CLINNET_VAR`, by default `var/`): the only place where anything is kept."""

import json
import os
import secrets
import string
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
REGION = "eu-west-2"


def var() -> Path:
    """The run-time folder, made with mode 0700 if it is missing: it holds patients and passwords."""
    path = Path(os.environ.get("CLINNET_VAR") or ROOT / "var").resolve()
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.stat().st_mode & 0o077:
        path.chmod(0o700)
    return path


def write_durably(path: Path, data: bytes) -> None:
    """Replace a file whole or not at all, readable by its owner alone, also across a power failure."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename in this folder survive a power failure."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_json(path: Path, value: Any) -> None:
    write_durably(path, json.dumps(value, indent=2, ensure_ascii=False).encode() + b"\n")


def read_json(path: Path) -> Any:
    """The file's value, or None when there is none yet."""
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        return None


def local(folder: Path) -> dict[str, str] | None:
    """What a finished set-up wrote for Django and the commands; None before it is finished."""
    value: dict[str, str] | None = read_json(folder / "local.json")
    return value


def engine_folder(folder: Path) -> Path:
    path = folder / "engine"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def keys(folder: Path) -> dict[str, str]:
    """This installation's own secrets, made once: engine credentials, Django's key, the table's data key."""
    path = engine_folder(folder) / "keys.json"
    known: dict[str, str] = read_json(path) or {}
    if not known:
        known = {
            "access_key": "LOCAL" + "".join(secrets.choice(string.ascii_uppercase) for _ in range(15)),
            "secret_key": secrets.token_urlsafe(30),
            "django_key": secrets.token_urlsafe(48),
            "data_key": secrets.token_hex(32),
        }
        write_json(path, known)
    return known
