"""One machine's AWS: the embedded engine, its set-up from infra/, and the command that runs everything.

Nothing in this package needs Django: the engine, the set-up and the supervisor start before it.
"""
