"""``python -m pages._ui.server HOME PORT [HOST]``: the pages of one workspace."""

import gc
import os
import sys


def run() -> None:
    """Serve until the process is ended; what keeps it from starting is said in two lines."""
    gc.disable()  # all that is imported stays; to look for what may go is a sixth of the start
    from mll_core.domain.errors import MllError
    from mll_core.infra.processes import die_with_parent
    from pages._ui.server.serve import main

    if os.environ.get("MLL_SUPERVISED"):
        die_with_parent()
    try:
        main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:4])
    except MllError as error:
        sys.exit(f"error: {error}\nhint: {error.hint}")


if __name__ == "__main__":
    run()
