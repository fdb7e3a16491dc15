"""``python -m pages._ui.server HOME PORT [HOST]``: the pages of one workspace."""

import os
import sys

from mll_core.domain.errors import MllError
from mll_core.infra.processes import die_with_parent
from pages._ui.server.serve import main

if os.environ.get("MLL_SUPERVISED"):
    die_with_parent()
try:
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:4])
except MllError as error:
    sys.exit(f"error: {error}\nhint: {error.hint}")
