"""Operations of importing: `from sambang.imports.operations import import_register`."""

from sambang.imports.operations.batches import (
    choose_columns,
    council_for,
    discard_batch,
    import_batch,
    make_cluster,
    office_choices,
    upload_workbook,
)
from sambang.imports.operations.importing import Destination, ImportResult, import_register, plan_for
