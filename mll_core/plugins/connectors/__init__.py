"""One file per connector; the contract is ``mll_core.domain.connector``."""
