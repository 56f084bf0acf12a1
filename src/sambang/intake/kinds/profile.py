"""One column of an IKM's profile. A change is applied if it was based on the current value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sambang.access.models import Person
from sambang.audit.models import Entry
from sambang.intake.kinds.base import (
    ItemKind,
    MergeTarget,
    ReceivedSubmission,
    SubmittedValue,
    business_of,
)
from sambang.intake.merging import (
    CompetingVersions,
    Resolution,
    Value,
    Version,
    latest_based_on_current,
)
from sambang.intake.schema import Code, Scalar
from sambang.lib import clock
from sambang.lib.numbers import MAX_PEOPLE
from sambang.registry.dto import business_data
from sambang.registry.id_numbers import clean_phone
from sambang.registry.models import Business
from sambang.registry.operations import change_business


@dataclass(frozen=True)
class ProfileItem:
    business: UUID
    field: Code
    base: Scalar = None
    value: Scalar = None


TEXT_FIELDS = ("name", "owner_name", "phone", "address", "commodity", "marketing")
NUMBER_FIELDS = ("workers_male", "workers_female")


def profile_value(field: str, value: Value) -> Value:
    """The value in the form in which the register stores it. Raises ValidationError for a column that phones may not
    change, or an unreadable value."""
    if field not in TEXT_FIELDS + NUMBER_FIELDS:
        raise ValidationError(_("“%(field)s” tidak diubah dari lapangan.") % {"field": field})
    if field in NUMBER_FIELDS:
        if value in {None, ""}:
            return None
        if not isinstance(value, int) or value < 0:
            raise ValidationError(_("Jumlah pekerja harus angka bulat, atau kosong bila tidak diketahui."))
        if value > MAX_PEOPLE:
            raise ValidationError(_("Pekerja paling banyak 100.000 orang: periksa angkanya."))
        return value
    text = " ".join(str("" if value is None else value).split())
    try:
        return clean_phone(text) if field == "phone" else text
    except ValueError as wrong:
        raise ValidationError(str(wrong)) from None


def _with_relations(business: Business) -> Business:
    return Business.objects.select_related("owner", "region", "industry").get(pk=business.pk)


@dataclass(frozen=True)
class ProfileTarget(MergeTarget):
    business: Business
    field: str

    @property
    def key(self) -> str:
        return f"profile:{self.business.pk}:{self.field}"

    def merge(self, group: CompetingVersions) -> Resolution:
        return latest_based_on_current(group)

    @property
    def row(self) -> Business:
        return self.business

    def current(self) -> Version | None:
        data = business_data(_with_relations(self.business))
        return Version(profile_value(self.field, getattr(data, self.field)), clock.now(), None)

    def write(self, version: Version, by: Person, entries: list[Entry]) -> models.Model:
        business = _with_relations(self.business)
        data = replace(business_data(business), **{self.field: version.value})
        if self.field in NUMBER_FIELDS and None not in {data.workers_male, data.workers_female}:
            data = replace(data, workers=None)  # the operation computes it from the two counts
        return change_business.within(entries, business, by, data=data)


def field_title(field: str) -> str:
    if field == "owner_name":
        return _("nama pemilik")
    if field not in TEXT_FIELDS + NUMBER_FIELDS:
        return str(field)
    return str(getattr(Business._meta.get_field(field), "verbose_name", field))


def submitted_profile(submission: ReceivedSubmission, body: ProfileItem) -> SubmittedValue:
    business = business_of(submission, body.business)
    return SubmittedValue(
        ProfileTarget(business, body.field),
        profile_value(body.field, body.value),
        base=_stored_base(body.field, body.base),
    )


def _stored_base(name: str, base: Value) -> Value:
    """The base value in stored form; an old value that would no longer be accepted is compared as it is."""
    try:
        return profile_value(name, base)
    except ValidationError:
        return base


KIND = ItemKind(
    name="profile",
    guarded_by=("registry.see_contact", "registry.see_finances"),
    title=gettext_lazy("perubahan data IKM"),
    schema=ProfileItem,
    submitted_value=submitted_profile,
    field_texts={"field": field_title},
    field_titles={"field": gettext_lazy("yang diubah"), "base": gettext_lazy("semula"), "value": gettext_lazy("nilai")},
)
