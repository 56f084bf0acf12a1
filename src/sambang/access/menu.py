"""The menu: each line is shown to those who may use it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from sambang.access.models import MEMBER_ROLES, Person, Role
from sambang.access.reader import reader_for


@dataclass(frozen=True)
class Line:
    label: Any
    url: str  # URL name
    sections: tuple[str, ...]  # the application namespaces, or the one page, that highlight it
    roles: tuple[Role, ...] = MEMBER_ROLES


LINES = (
    Line(_("Beranda"), "home:front_page", ("home:front_page",)),
    Line(_("Hasil"), "insight:council_detail", ("insight",)),
    Line(_("Daftar IKM"), "registry:cluster_list", ("registry", "imports")),
    Line(_("Kunjungan"), "visits:visit_list", ("visits",)),
    Line(_("Aspirasi"), "aspirations:aspiration_board", ("aspirations",)),
    Line(_("Tindakan"), "actions:action_board", ("actions",)),
    Line(_("Produksi"), "production:month_detail", ("production",)),
    Line(_("Pelatihan"), "training:course_list", ("training",)),
    Line(_("Fasilitasi"), "facilitation:programme_list", ("facilitation",)),
    Line(_("Naskah dinas"), "papers:number_list", ("papers",), (Role.STAFF, Role.ADMINISTRATOR)),
    Line(_("Indikator"), "indicators:indicator_list", ("indicators",)),
    Line(_("Pasar"), "market:item_list", ("market",)),
    Line(_("Lapangan"), "intake:received_list", ("field", "intake"), (Role.OFFICER, Role.STAFF, Role.ADMINISTRATOR)),
    Line(_("ODK Collect"), "odk:overview", ("odk",), (Role.OFFICER, Role.STAFF, Role.ADMINISTRATOR)),
    Line(_("Tautan pemilik"), "owners:link_overview", ("owners",), (Role.STAFF, Role.ADMINISTRATOR)),
    Line(_("Privasi"), "privacy:request_list", ("privacy",), (Role.STAFF, Role.ADMINISTRATOR)),
    Line(_("Tim"), "accounts:council_list", ("accounts",), (Role.ADMINISTRATOR,)),
    Line(_("Cadangan"), "ops:health", ("ops:health",), (Role.ADMINISTRATOR,)),
)


def menu(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the person's `menu`, the `current_line` of it for this page, and their `memberships`."""
    person = getattr(request, "user", None)
    if not isinstance(person, Person):
        return {"menu": [], "memberships": []}

    memberships = SimpleLazyObject(lambda: reader_for(person).memberships)

    def lines() -> list[Line]:
        roles = {membership.role for membership in memberships}
        return [line for line in LINES if roles & set(line.roles)]

    return {"menu": SimpleLazyObject(lines), "current_line": _current_line(request), "memberships": memberships}


def _current_line(request: HttpRequest) -> Line | None:
    match = request.resolver_match
    names = {match.app_name, match.view_name} if match else set()
    return next((line for line in LINES if names & set(line.sections)), None)
