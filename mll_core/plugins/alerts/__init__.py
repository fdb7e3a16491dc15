"""One file per alert; the contract is ``mll_core.domain.alert``."""
