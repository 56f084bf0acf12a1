"""The verbs of the register. Import them from here: `from sambang.registry.operations import register_business`."""

from sambang.registry.operations.batches import council_for, hold_workbook, make_cluster, take_over, throw_away
from sambang.registry.operations.businesses import (
    add_permit,
    add_product_line,
    change_business,
    close_business,
    end_product_line,
    register_business,
    reopen_business,
)
from sambang.registry.operations.clusters import (
    change_cluster,
    form_group,
    leave_group,
    name_group_officer,
    name_head,
    register_cluster,
)
from sambang.registry.operations.importing import ImportResult, import_register
from sambang.registry.operations.merging import merge

__all__ = [
    "ImportResult",
    "add_permit",
    "add_product_line",
    "change_business",
    "change_cluster",
    "close_business",
    "council_for",
    "end_product_line",
    "form_group",
    "hold_workbook",
    "import_register",
    "leave_group",
    "make_cluster",
    "merge",
    "name_group_officer",
    "name_head",
    "register_business",
    "register_cluster",
    "reopen_business",
    "take_over",
    "throw_away",
]
