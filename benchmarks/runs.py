"""Many runs of the closed loop at once, on all cores."""

from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
import os
import signal
import sys


def run_all[Job: Hashable, Found](
    jobs: Sequence[Job], run: Callable[[Job], Found], *, processes: int | None = None
) -> dict[Job, Found]:
    """Run them in their order; the first of them, where somebody doesn't want to wait.

    `processes`: how many at a time; None: one on each core.
    """
    done: dict[Job, Found] = {}
    # Ctrl-C is for everybody in the terminal: those who compute leave it to who waits.
    ignores = partial(signal.signal, signal.SIGINT, signal.SIG_IGN)
    with ProcessPoolExecutor(processes or os.cpu_count(), initializer=ignores) as pool:
        try:
            for job, found in zip(jobs, pool.map(run, jobs), strict=True):
                done[job] = found
                print(f"{len(done)} of {len(jobs)} runs", end="\r", file=sys.stderr)
        except KeyboardInterrupt:
            print("\nstopped by Ctrl-C; telling of what is done", file=sys.stderr)
            pool.shutdown(wait=False, cancel_futures=True)
    print(file=sys.stderr)
    return done
