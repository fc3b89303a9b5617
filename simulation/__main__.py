"""Starts the demo: `python -m simulation`, as `script/demo` does."""

import signal
import sys

if __name__ == "__main__":
    # Importing Home Assistant takes seconds. Until the demo listens for Ctrl-C
    # itself, that just ends it, and shows nobody a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from .demo.demo import main

    sys.exit(main())
