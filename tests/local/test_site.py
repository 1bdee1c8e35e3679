"""The site as the browser tests get it, and the commands of one machine."""

import os
import subprocess
import sys
import urllib.request

from clinnet.local import place
from tests.engine import Site


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=place.ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_site_answers_with_its_files_under_hashed_names(site: Site) -> None:
    with urllib.request.urlopen(f"{site.url}/accounts/login/") as answer:
        page = answer.read().decode()
    assert "/static/css/clinnet." in page
    assert set(site.people) >= {"ana.ruiz", "ines.admin", "new.person"}
    assert all(person["password"] and person["sub"] for person in site.people.values())


def test_who_prints_everybody_with_a_password(demo_people: dict[str, dict[str, str]]) -> None:
    said = command("who").stdout
    for person in demo_people.values():
        assert person["username"] in said
        assert person["password"] in said


def test_create_infra_without_an_engine_says_so_in_one_sentence() -> None:
    done = command("create_infra", "--endpoint", "http://127.0.0.1:1")
    assert done.returncode == 1
    assert "CommandError: The embedded AWS does not answer at http://127.0.0.1:1" in done.stderr
    assert done.stderr.count("\n") == 1
