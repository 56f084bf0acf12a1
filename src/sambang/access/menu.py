"""The menu, ordered by work: each line is shown to those who may use it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Person, Role
from sambang.access.reader import reader_for
from sambang.access.roles import ROLE_VERBS
from sambang.lib.draft_key import draft_key


@dataclass(frozen=True)
class MenuItem:
    label: Any
    url: str  # URL name
    sections: tuple[str, ...]  # namespaces, or the page, on which it is highlighted
    verb: str = ""  # shown to the roles that may use it; to all members without one


@dataclass(frozen=True)
class MenuGroup:
    """A menu group for one kind of office work; its lines are expanded while one of its pages is open."""

    label: Any
    icon: str  # symbol of lib/menu.svg
    lines: tuple[MenuItem, ...]


MENU_GROUPS = (
    MenuGroup(
        _("Hari ini"),
        "today",
        (
            MenuItem(_("Beranda"), "home:front_page", ("home:front_page",)),
            MenuItem(_("Hari saya"), "notices:my_day", ("notices",)),
            MenuItem(_("Cari"), "home:search_everything", ("home:search_everything",)),
        ),
    ),
    MenuGroup(
        _("Dengar"),
        "hear",
        (
            MenuItem(_("Kunjungan"), "visits:visit_list", ("visits", "home:visit_priority_list", "home:paper_number")),
            MenuItem(_("Aspirasi"), "aspirations:aspiration_board", ("aspirations",)),
            MenuItem(_("Lapangan"), "intake:received_list", ("field", "intake"), "intake.see_received"),
            MenuItem(_("ODK Collect"), "odk:overview", ("odk",), "odk.make_key"),
        ),
    ),
    MenuGroup(
        _("Kerjakan"),
        "act",
        (
            MenuItem(_("Tindakan"), "actions:action_board", ("actions",)),
            MenuItem(_("Pelatihan"), "training:course_list", ("training",)),
            MenuItem(_("Fasilitasi"), "facilitation:programme_list", ("facilitation",)),
        ),
    ),
    MenuGroup(
        _("Produksi"),
        "produce",
        (
            MenuItem(_("Laporan bulanan"), "production:month_detail", ("production",)),
            MenuItem(_("SIINas"), "siinas:sheet_list", ("siinas",), "siinas.set_target"),
            MenuItem(_("Tautan pemilik"), "owners:link_overview", ("owners",), "owners.make_link"),
        ),
    ),
    MenuGroup(
        _("Jual"),
        "sell",
        (
            MenuItem(_("Pasar"), "market:item_list", ("market",)),
            MenuItem(_("Pesanan bersama"), "pooling:pooled_order_list", ("pooling",)),
            MenuItem(_("Maklon"), "contracting:work_list", ("contracting",)),
        ),
    ),
    MenuGroup(
        _("Lihat"),
        "look",
        (
            MenuItem(_("Hasil"), "insight:council_detail", ("insight",)),
            MenuItem(_("Peta"), "maps:map_detail", ("maps",)),
            MenuItem(_("Indikator"), "indicators:indicator_list", ("indicators",)),
        ),
    ),
    MenuGroup(
        _("Kelola"),
        "keep",
        (
            MenuItem(_("Daftar IKM"), "registry:cluster_list", ("registry", "imports")),
            MenuItem(
                _("Yang ditarik"),
                "home:withdrawn_list",
                ("home:withdrawn_list", "home:row_withdraw"),
                "actions.withdraw",
            ),
            MenuItem(_("Naskah dinas"), "papers:number_list", ("papers",), "papers.assign_number"),
            MenuItem(_("Privasi"), "privacy:request_list", ("privacy",), "privacy.see_requests"),
            MenuItem(_("Tim"), "accounts:council_list", ("accounts",), "accounts.invite"),
            MenuItem(_("Cadangan"), "ops:health", ("ops:health",), "ops.see"),
        ),
    ),
)
MENU_ITEMS = tuple(line for group in MENU_GROUPS for line in group.lines)


def menu(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the person's `menu` as HTML ("" for a person without lines), their `memberships`, and
    `draft_key`, the account's; a page of a personal link has its own in the request."""
    person = getattr(request, "user", None)
    if not isinstance(person, Person):
        return {"menu": "", "memberships": [], "draft_key": getattr(request, "draft_key", "")}

    memberships = SimpleLazyObject(lambda: reader_for(person).memberships)

    def html() -> str:
        roles = frozenset(membership.role for membership in memberships)
        line = _current_line(request)
        return _menu_html(roles, line.url if line else "", get_language(), get_script_prefix())

    return {"menu": SimpleLazyObject(html), "memberships": memberships, "draft_key": draft_key("account", person.pk)}


@lru_cache(maxsize=1024)
def _menu_html(roles: frozenset[str], current_url: str, language: str | None, prefix: str) -> str:
    """The menu's HTML, cached for equal arguments: it depends on nothing but roles, URL, `language` and script
    `prefix`."""
    verbs = {"", *(verb for role in roles for verb in ROLE_VERBS[Role(role)])} if roles else set()
    allowed = (
        MenuGroup(group.label, group.icon, tuple(line for line in group.lines if line.verb in verbs))
        for group in MENU_GROUPS
    )
    groups = [group for group in allowed if group.lines]
    current_line = next((line for line in MENU_ITEMS if line.url == current_url), None)
    return render_to_string("lib/menu.html", {"groups": groups, "current_line": current_line}) if groups else ""


def _current_line(request: HttpRequest) -> MenuItem | None:
    match = request.resolver_match
    names = {match.app_name, match.view_name} if match else set()
    return next((line for line in MENU_ITEMS if names & set(line.sections)), None)
