"""The tables of reach and roles are complete and enforced."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldError, PermissionDenied
from django.test import RequestFactory
from django.urls import resolve, reverse

from sambang.access.exemptions import CLOSED_TO_READERS
from sambang.access.menu import MENU_ITEMS, menu
from sambang.access.models import MEMBER_ROLES, Council, Person, Role
from sambang.access.permissions import may
from sambang.access.reach import REACH, UNSCOPED
from sambang.access.reader import reader_for
from sambang.access.roles import READ_VERBS, ROLE_VERBS
from sambang.audit.models import Entry
from sambang.audit.operation import OPERATIONS, operation
from sambang.registry.models import Business


def import_every_operation() -> None:
    import_module(settings.ROOT_URLCONF)  # the views import operations of other modules
    for config in apps.get_app_configs():
        if config.name.startswith("sambang."):
            try:
                import_module(f"{config.name}.operations")
            except ModuleNotFoundError as missing:
                if missing.name != f"{config.name}.operations":
                    raise


def test_every_model_has_a_reach_or_an_excuse() -> None:
    """Ours, Django's and the libraries'; the tables between two models too."""
    labels = [model._meta.label for model in apps.get_models(include_auto_created=True)]
    assert sorted(labels) == sorted([*REACH, *UNSCOPED, *CLOSED_TO_READERS])
    assert all([*UNSCOPED.values(), *CLOSED_TO_READERS.values()])


def test_every_verb_has_an_operation_and_every_operation_a_verb() -> None:
    import_every_operation()
    granted = set().union(*ROLE_VERBS.values())
    ours = {verb for verb, doers in OPERATIONS.items() if any(doer.startswith("sambang.") for doer in doers)}
    assert granted - set(READ_VERBS) == ours


@pytest.mark.django_db
@pytest.mark.parametrize("label", sorted(REACH))
def test_every_reach_is_a_real_path(label: str, sari: Person) -> None:
    model = apps.get_model(label)
    try:
        assert model._base_manager.filter(reader_for(sari).reachable(model)).count() <= 1  # her own council
    except FieldError as wrong:
        pytest.fail(f"{label}: {wrong}")


def test_reach_follows_the_region_code(
    business: Business, sari: Person, budi: Person, citra: Person, yogyakarta: Council, member: object
) -> None:
    province = member("Dewi", yogyakarta, Role.STAFF)  # type: ignore[operator]
    assert list(Business.objects.visible_to(sari)) == [business]
    assert list(Business.objects.visible_to(budi)) == [business]
    assert list(Business.objects.visible_to(province)) == [business]
    assert list(Business.objects.visible_to(citra)) == []
    assert list(Business.objects.visible_to(business.owner)) == [business]
    assert business.cluster is not None and business.cluster.head is not None
    assert list(Business.objects.visible_to(business.cluster.head)) == [business]


def test_a_province_reads_figures_but_no_identity(
    business: Business, sari: Person, yogyakarta: Council, member: object
) -> None:
    province = member("Dewi", yogyakarta, Role.STAFF)  # type: ignore[operator]
    assert may(sari, "registry.see_identity", business)
    assert not may(province, "registry.see_identity", business)
    assert may(business.owner, "registry.see_identity", business)


def test_only_the_business_confirms(business: Business, sari: Person, rina: Person, budi: Person) -> None:
    holders = {role for role, verbs in ROLE_VERBS.items() if {"actions.confirm", "actions.dispute"} & verbs}
    assert holders == {Role.OWNER}
    assert may(business.owner, "actions.confirm", business)
    assert not any(may(person, "actions.confirm", business) for person in (sari, rina, budi))


def test_inactive_person_has_no_permission(business: Business, sari: Person) -> None:
    sari.is_active = False
    assert not may(sari, "registry.change_business", business)


@operation("registry.change_business")
def rename(business: Business, by: Person, /, *, name: str) -> Business:
    business.name = name
    business.save(update_fields=["name"])
    if name == "gagal":
        raise RuntimeError(name)
    return business


def test_an_operation_is_allowed_whole_and_remembered(
    business: Business, sari: Person, budi: Person, citra: Person
) -> None:
    for stranger in (budi, citra):
        with pytest.raises(PermissionDenied):
            rename(business, stranger, name="Diambil")
    with pytest.raises(RuntimeError):
        rename(business, sari, name="gagal")
    business.refresh_from_db()
    assert business.name == "Jahit Rahasia"
    assert list(Entry.objects.all()) == []
    rename(business, sari, name=f"Jahit {uuid4()}")
    [entry] = Entry.objects.all()
    assert (entry.by, entry.verb, entry.region_code) == (sari, "registry.change_business", "3404072003")
    assert list(Entry.objects.visible_to(citra)) == []
    assert list(Entry.objects.visible_to(budi)) == [entry]


def test_each_menu_line_is_for_all_members_or_for_a_verb_that_a_member_has() -> None:
    member_verbs = {verb for role in MEMBER_ROLES for verb in ROLE_VERBS[role]}
    verbs = [line.verb for line in MENU_ITEMS]
    assert "" in verbs
    assert set(verbs) - {""} <= member_verbs


@pytest.mark.parametrize("role", MEMBER_ROLES)
@pytest.mark.django_db
def test_a_member_sees_exactly_the_menu_lines_of_the_own_verbs(
    role: Role, member: Callable[..., Person], sleman: Council, rf: RequestFactory
) -> None:
    request = rf.get("/")
    request.user = member("Anggota", sleman, role)
    for line in MENU_ITEMS:
        request.resolver_match = resolve(reverse(line.url))  # the lines of a group are listed on its own pages
        is_allowed = not line.verb or line.verb in ROLE_VERBS[role]
        assert (f'href="{reverse(line.url)}"' in str(menu(request)["menu"])) is is_allowed, line.url


def test_each_menu_line_is_highlighted_on_its_own_page() -> None:
    for line in MENU_ITEMS:
        page = resolve(reverse(line.url))
        assert {page.app_name, page.view_name} & set(line.sections), line.url
