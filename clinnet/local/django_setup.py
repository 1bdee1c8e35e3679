"""Django's part of a start, in one process: its own tables, collected static files, the demo when there is nothing.

python -m clinnet.local django
"""

import errno
import hashlib
import os
import sqlite3
import sys
from pathlib import Path

from clinnet.local import place

# What packages bring and no page uses: allauth's own pages, htmx 4 and the extensions. Half of all the time.
UNUSED = ["account", "ext", "htmax-*", "htmx-4*"]
ZONE_RULES = "zone-rules"  # in var/: by which the visits that are kept there were last looked at
AGAIN = "Run `python manage.py check_schedule --clocks --fix`, or start again."
SEED_STARTED = "seeding"  # in var/ while the demo is being made: an interrupted one goes on at the next start


NO_ROOM = "There is no room left on the disk for it. Make room, then run it again: it goes on where it stopped.\n"
ASIDE = "{} was damaged and stands aside as {}. It held sessions alone: everybody signs in again.\n"


def run() -> int:
    """1, with a sentence, where the disk is full."""
    try:
        _prepare()
    except (OSError, sqlite3.Error) as error:
        return _without_room(error)
    except Exception as error:
        if isinstance(error.__cause__, sqlite3.Error):
            return _without_room(error.__cause__)
        raise
    return 0


def _without_room(error: OSError | sqlite3.Error) -> int:
    full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or "is full" in str(error)
    if not full:
        raise error
    sys.stderr.write(NO_ROOM)
    return 1


def _prepare() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinnet.settings")
    import django
    from django.core.management import call_command

    django.setup()
    set_damaged_aside(place.var() / "db.sqlite3")
    call_command("migrate", verbosity=0, interactive=False)
    call_command("clearsessions")
    collect_if_stale()
    follow_zone_rules()
    seed_if_empty()


def set_damaged_aside(path: Path) -> None:
    """What cannot be read is made anew by the migrations."""
    if not path.exists() or _is_whole(path):
        return
    aside = path.with_name(f"{path.name}.damaged")
    path.replace(aside)
    for rest in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + rest).unlink(missing_ok=True)
    sys.stdout.write(ASIDE.format(path.name, aside.name))


def _is_whole(path: Path) -> bool:
    opened = sqlite3.connect(path)
    try:
        return bool(opened.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.OperationalError:
        return True  # in use, or the disk: whoever opens it next says so
    except sqlite3.DatabaseError:
        return False
    finally:
        opened.close()


def _fingerprint(folders: list[Path]) -> str:
    """Changes when any of our static files, or any package that may bring some, does."""
    found = hashlib.sha256((place.ROOT / "requirements.txt").read_bytes())
    for folder in folders:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            about = path.stat()
            found.update(f"{path} {about.st_size} {about.st_mtime_ns}\n".encode())
    return found.hexdigest()


def collect_if_stale() -> None:
    from django.conf import settings
    from django.core.management import call_command

    folders = [Path(entry[1] if isinstance(entry, tuple) else entry) for entry in settings.STATICFILES_DIRS]
    stamp, now = Path(settings.STATIC_ROOT) / ".collected", _fingerprint(folders)
    if not stamp.exists() or stamp.read_text() != now:
        call_command("collectstatic", verbosity=0, interactive=False, clear=stamp.exists(), ignore_patterns=UNUSED)
        stamp.write_text(now)


def follow_zone_rules() -> None:
    """Where time zones have other rules than at the last start, visits to come keep their reading of the clock."""
    from django.core.management import CommandError, call_command

    from clinnet import clock
    from clinnet.table.errors import Unavailable

    note, now = place.var() / ZONE_RULES, clock.zone_rules().version
    before = note.read_text() if note.exists() else ""
    if before == now:
        return
    if not _table_is_empty():
        sys.stdout.write(f"Time zones have the rules {now} now, not {before or 'those'} of the last start.\n")
        try:
            call_command("check_schedule", fix=True, clocks=True)
        except CommandError as left:
            sys.stdout.write(f"{left} Move those visits; the next start looks again.\n")
            return
        except Unavailable:  # a machine that is busy with other things: the site starts all the same
            sys.stdout.write(f"Not all could be read just now. {AGAIN}\n")
            return
    note.write_text(now)


def seed_if_empty() -> None:
    from django.core.management import call_command, get_commands

    started = place.var() / SEED_STARTED
    if os.environ.get("CLINNET_NO_SEED") == "1" or "seed" not in get_commands():
        return
    if started.exists() or _table_is_empty():
        sys.stderr.write("Making the demo clinics …\n")
        started.touch(mode=0o600)
        call_command("seed")
        started.unlink(missing_ok=True)
    else:
        call_command("seed", fresh_day=True)  # on a later day the demo clinics live on


def _table_is_empty() -> bool:
    from clinnet.local import setup

    here = place.local(place.var())
    if here is None:
        return False
    dynamodb = setup.client("dynamodb", place.var(), here["endpoint"])
    return not dynamodb.scan(TableName=here["table"], Limit=1)["Items"]
