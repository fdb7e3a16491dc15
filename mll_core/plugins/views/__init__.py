"""Views of an evaluated candidate; see ``mll_core/domain/view.py`` for the contract."""
