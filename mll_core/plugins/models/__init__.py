"""One file per model; the contract is ``mll_core.domain.model``."""
