"""Restriction of processing (UU 27/2022 Pasal 41): the data of a restricted IKM are stored but not otherwise processed,
except by the owner and by the verbs below. Statistics continue (Pasal 15).

`Operation` checks it before every write, `Reader` before it shows guarded columns. Work lists exclude restricted IKM by
`Business.objects.processable()` or `processable_business`.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.access.reach import REACH
from sambang.access.reach_filters import has_single_value

# Verbs of the office that go on, and why.
ALLOWED_VERBS: dict[str, str] = {
    "privacy.answer": "the office answers what the owner asked",
    "privacy.erase": "erasing ends all processing",
    "privacy.retain": "as erasing, after the time of retention",
    "privacy.lift_restriction": "the owner ends the restriction",
    "registry.close_business": "whether it is open is no use of the owner's data",
    "registry.reopen_business": "whether it is open is no use of the owner's data",
    "owners.make_link": "by the link the owner lifts the restriction",
    "owners.revoke_link": "a link that was lost must end",
}
RESTRICTED_READS = frozenset(
    {"registry.see_contact", "registry.see_identity", "registry.see_finances", "owners.send_reminder"}
)


def restricted_business(row: models.Model) -> Any:
    """The restricted IKM that the row is or belongs to, else None."""
    path = path_to_business(row._meta.model)
    if path is None:
        return None
    business: Any = row
    for name in path:
        business = getattr(business, name)
        if business is None:
            return None
    return business if business.restricted_at is not None else None


def require_unrestricted(row: object, by: Person, verb: str) -> None:
    """Raise ValidationError if the row belongs to a restricted IKM of another person and the verb is not exempt."""
    if verb in ALLOWED_VERBS or not isinstance(row, models.Model):
        return
    business = restricted_business(row)
    if business is not None and business.owner_id != by.pk:
        raise ValidationError(
            _("%(name)s: pemrosesan datanya dibatasi atas permintaan pemiliknya (UU 27/2022 Pasal 41).")
            % {"name": business.name}
        )


@cache
def path_to_business(model: type[models.Model]) -> tuple[str, ...] | None:
    """The attributes that lead from a row to its one IKM, None where it has none or several."""
    reach = REACH.get(model._meta.label)
    for path in (reach.region, reach.owner) if reach else ():
        if path == "pk":
            continue
        names = path.removesuffix("region__code").removesuffix("owner").strip("_")
        if names and not has_single_value(model, names):
            continue
        step_model: Any = model
        parts = tuple(names.split("__")) if names else ()
        for name in parts:
            step_model = step_model._meta.get_field(name).related_model
        if step_model is not None and step_model._meta.label == "registry.Business":
            return parts
    return None
