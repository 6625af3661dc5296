"""A small init: passes SIGTERM on, collects every child that ends, and ends as its own child did."""

import os
import signal
import sys

child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
signal.signal(signal.SIGTERM, lambda number, _: os.kill(child, number))
while True:
    ended, status = os.wait()
    if ended == child:
        code = os.waitstatus_to_exitcode(status)
        sys.exit(code if code >= 0 else 128 - code)
