"""Operations on the council's mappings of marketplace templates."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.access.models import Council, Person
from sambang.access.permissions import Scoped
from sambang.audit.operation import operation
from sambang.audit.withdrawal import mark_restored, mark_withdrawn
from sambang.market.marketplace_files import FIXED, ITEM_FIELDS
from sambang.market.marketplace_mapping import (
    MappedColumn,
    SheetTemplate,
    mapped_columns,
    stored_columns,
    with_earlier_choices,
)
from sambang.market.models import MarketplaceMapping


@operation("market.map_marketplace", lock=True)
def upload_template(council: Council, by: Person, /, *, name: str, template: SheetTemplate) -> MarketplaceMapping:
    """A new version with the columns of a template; columns that the version before has keep their choices. It is not
    complete until `save_mapping`. Raises ValidationError."""
    name = " ".join(name.split())
    before = MarketplaceMapping.objects.filter(council=council, name=name).order_by("-version").first()
    columns = template.columns
    if before is not None:
        columns = with_earlier_choices(columns, mapped_columns(before.columns))
    return _new_version(council, by, name, template, columns, is_complete=False)


@operation("market.map_marketplace", lock=True)
def save_mapping(
    mapping: MarketplaceMapping, by: Person, /, *, first_row: int, columns: Sequence[MappedColumn]
) -> MarketplaceMapping:
    """A complete new version of the newest version of a mapping. Raises ValidationError."""
    newer = MarketplaceMapping.objects.filter(
        council=mapping.council, name=mapping.name, version__gt=mapping.version
    ).first()
    if newer is not None:
        raise ValidationError(
            _("Sementara itu ada versi %(version)d: buka versi itu, lalu ubah di sana.") % {"version": newer.version}
        )
    if first_row <= mapping.heading_row:
        raise ValidationError(_("Barang mulai di bawah baris judul (%(row)d).") % {"row": mapping.heading_row})
    _require_sense(columns)
    template = SheetTemplate(mapping.heading_row, first_row, list(columns))
    return _new_version(mapping.council, by, mapping.name, template, template.columns, is_complete=True)


def _require_sense(columns: Sequence[MappedColumn]) -> None:
    if not any(column.field == "name" for column in columns):
        raise ValidationError(_("Pilih kolom untuk nama barang: tanpa itu berkasnya tidak berguna."))
    for column in columns:
        if column.field and column.field not in ITEM_FIELDS:
            raise ValidationError(_("Kolom “%(heading)s”: pilihan ini tidak ada.") % {"heading": column.heading})
        if column.field == FIXED and not column.text:
            raise ValidationError(_("Kolom “%(heading)s”: tulis teks tetapnya.") % {"heading": column.heading})
        if column.least is not None and column.most is not None and column.least > column.most:
            raise ValidationError(
                _("Kolom “%(heading)s”: batas paling sedikit melebihi paling banyak.") % {"heading": column.heading}
            )


def _new_version(
    council: Council, by: Person, name: str, template: SheetTemplate, columns: list[MappedColumn], *, is_complete: bool
) -> MarketplaceMapping:
    rows: Scoped[MarketplaceMapping] = Scoped(MarketplaceMapping)
    versions = [row.version for row in rows.filter(council=council, name=name)]
    mapping = MarketplaceMapping(
        council=council,
        name=name,
        version=max(versions, default=0) + 1,
        heading_row=template.heading_row,
        first_row=template.first_row,
        columns=stored_columns(columns),
        is_complete=is_complete,
        made_by=by,
    )
    mapping.full_clean()
    mapping.save(force_insert=True)
    return mapping


@operation("market.withdraw", lock=True)
def withdraw_mapping(mapping: MarketplaceMapping, by: Person, /, *, because: str) -> MarketplaceMapping:
    """Withdraw this version: the version before it counts again. Raises ValidationError."""
    return mark_withdrawn(mapping, by, because)


@operation("market.restore", lock=True)
def restore_mapping(mapping: MarketplaceMapping, by: Person, /) -> MarketplaceMapping:
    """Restore within thirty days. Raises ValidationError."""
    return mark_restored(mapping)
