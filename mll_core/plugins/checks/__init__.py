"""One file per check; the contract is ``mll_core.domain.check``."""
