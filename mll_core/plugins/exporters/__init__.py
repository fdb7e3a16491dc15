"""One file per exporter; the contract is ``mll_core.domain.exporter``."""
