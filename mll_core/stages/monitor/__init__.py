"""Stage 7, monitor: is the data still what the model learned, and is the model still good?"""

from mll_core.stages.monitor.compare import compare
from mll_core.stages.monitor.order import Watch
from mll_core.stages.monitor.watch import watch

__all__ = ["Watch", "compare", "watch"]
