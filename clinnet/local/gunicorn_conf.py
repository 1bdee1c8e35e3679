"""gunicorn's settings. One process with threads: the engine beside it needs the other core, and what a page
keeps in memory is kept once."""

import os

from clinnet.local import place

worker_class = "clinnet.local.worker.Worker"  # of threads, which slow senders do not hold
workers = 1
threads = int(os.environ.get("CLINNET_THREADS", "8"))
worker_tmp_dir = str(place.var())
keepalive = 75
timeout = 60
graceful_timeout = 10
loglevel = "warning"
control_socket_disable = True
proc_name = "clinnet"
