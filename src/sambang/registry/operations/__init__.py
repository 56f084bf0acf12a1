"""Operations of the register. Import them from here: `from sambang.registry.operations import register_business`."""

from sambang.registry.operations.businesses import (
    add_permit,
    add_product_line,
    change_business,
    change_permit,
    close_business,
    confirm_business,
    end_product_line,
    mark_not_found,
    move_industry,
    register_business,
    register_business_outside,
    reopen_business,
)
from sambang.registry.operations.clusters import (
    change_cluster,
    change_group,
    form_group,
    leave_group,
    move_business,
    name_group_officer,
    name_head,
    register_cluster,
    restore_entry,
    withdraw_entry,
)
from sambang.registry.operations.merging import merge_businesses, unmerge_businesses
from sambang.registry.operations.owner_details import record_owner_detail
