"""One file per step; the contract is ``mll_core.domain.step``."""
