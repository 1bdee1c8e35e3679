"""`python -m clinnet.local run | dev | engine | setup | who | mail`: everything of one machine."""

import argparse
import os
import sys

from clinnet.local import place, process


def _engine(options: argparse.Namespace) -> int:
    from clinnet.local import engine

    if options.fd is None:
        listener = process.listen("127.0.0.1", options.port)
        return engine.run(place.var(), listener.detach(), options.port)
    return engine.run(place.var(), options.fd, options.port)


def _setup(options: argparse.Namespace) -> int:
    from clinnet.local import setup

    setup.create(place.var(), endpoint=options.endpoint, site=options.site)
    return 0


def _site(options: argparse.Namespace) -> int:
    from clinnet.local import site

    return site.run(options.fd, reload=options.reload)


def _run(options: argparse.Namespace) -> int:
    from clinnet.local import supervisor

    return supervisor.main(reload=options.reload)


def _django(options: argparse.Namespace) -> int:
    from clinnet.local import django_setup

    return django_setup.run()


def _who(options: argparse.Namespace) -> int:
    from clinnet.local import card

    sys.stdout.write(card.who(place.var()) or "Nobody yet: `make run` makes the demo people.\n")
    return 0


def _mail(options: argparse.Namespace) -> int:
    from clinnet.local import mails

    try:
        sys.stdout.write(mails.text(place.var()) or "No mail since the embedded AWS was started.\n")
    except OSError:
        sys.stdout.write("The embedded AWS does not answer: `make run` starts it.\n")
        return 1
    return 0


def _chores(options: argparse.Namespace) -> int:
    from clinnet.local import chores

    return chores.run()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m clinnet.local", description=__doc__)
    commands = parser.add_subparsers(required=True)
    engine = commands.add_parser("engine", help="serve the embedded AWS")
    engine.add_argument("--port", type=int, default=os.environ.get("ENGINE_PORT", "4566"))
    engine.add_argument("--fd", type=int, help="an inherited listening socket instead of the port")
    engine.set_defaults(call=_engine)
    setup = commands.add_parser("setup", help="make table, pool, bucket and demo people on the running engine")
    setup.add_argument("--endpoint", required=True)
    setup.add_argument("--site", required=True)
    setup.set_defaults(call=_setup)
    site = commands.add_parser("site", help="serve the site on an inherited listening socket")
    site.add_argument("--fd", type=int, required=True)
    site.add_argument("--reload", action="store_true", help="start again when a source changes")
    site.set_defaults(call=_site)
    run = commands.add_parser("run", help="everything: engine, set-up, demo and site")
    run.set_defaults(call=_run, reload=False)
    dev = commands.add_parser("dev", help="the same, starting again when a source changes")
    dev.set_defaults(call=_run, reload=True)
    django = commands.add_parser("django", help="migrate, collect static files, seed an empty table")
    django.set_defaults(call=_django)
    commands.add_parser("who", help="who may sign in here").set_defaults(call=_who)
    commands.add_parser("mail", help="what the embedded mail service was given to send").set_defaults(call=_mail)
    chores = commands.add_parser("chores", help="send messages, seal the trail, count past days: each in its time")
    chores.set_defaults(call=_chores)
    for command in (engine, site, chores, django):
        command.add_argument("--parent", type=int, help="the process without which this one shall not live")
    options = parser.parse_args()
    process.die_with(getattr(options, "parent", None))
    code: int = options.call(options)
    return code


if __name__ == "__main__":
    sys.exit(main())
