"""One file per metric; the contract is ``mll_core.domain.metric``."""
