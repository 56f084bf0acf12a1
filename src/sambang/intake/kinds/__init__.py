"""The kinds of items: every module of this package with a `KIND`."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from sambang.intake.kinds.base import ItemKind


@cache
def kinds() -> dict[str, ItemKind]:
    """All kinds by name, from the `KIND` of each module in this package."""
    modules = [import_module(f"{__name__}.{item_kinds.name}") for item_kinds in iter_modules(__path__)]
    item_kinds = [module.KIND for module in modules if hasattr(module, "KIND")]
    return {kind.name: kind for kind in item_kinds}
