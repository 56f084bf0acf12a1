"""The head of a sentra records the monthly report of a member without a phone, as the head."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from sambang.access.models import Person
from sambang.audit.models import Entry
from sambang.lib import clock
from sambang.lib.months import add_months
from sambang.owners.operations import make_link
from sambang.owners.queries import previous_month
from sambang.production.amounts import Amount
from sambang.production.models import Report
from sambang.production.operations import correct_report_for_member, submit_report, submit_report_for_member
from sambang.registry.models import Business, Cluster
from sambang.registry.operations import name_head
from tests.owner_client import OwnerClient

type In = Callable[[Person], OwnerClient]


def amounts_of(business: Business, quantity: int) -> dict:
    return {business.product_lines.get(): Amount(Decimal(quantity), None, str(quantity))}


def opened(business: Business, rina: Person) -> OwnerClient:
    phone = OwnerClient(business)
    phone.get(f"/saya/{make_link(business, rina).token}/")
    return phone


@pytest.fixture
def silent(make_business: Callable[..., Business]) -> Business:
    """An IKM of the sentra whose owner has no phone."""
    business = make_business("Bordir Tanpa HP")
    business.phone = ""
    business.save(update_fields=["phone", "phone_digest"])
    return business


@pytest.fixture
def month() -> date:
    return previous_month()


@pytest.fixture
def head(business: Business, cluster: Cluster, rina: Person, silent: Business) -> OwnerClient:
    """The phone of the head of the sentra."""
    name_head(cluster, rina, business=business)
    return opened(business, rina)


def test_the_head_records_corrects_and_everybody_reads_who_it_was(
    head: OwnerClient, silent: Business, month: date, rina: Person, signed_in: In
) -> None:
    line, person = silent.product_lines.get(), head.business.owner
    where = [silent.pk, f"{month:%Y-%m}"]
    create, correct = (
        reverse("owners:member_report_create", args=where),
        reverse("owners:member_report_correct", args=where),
    )
    assert create in head.get("/saya/sentra/").text
    page = head.get(create).text
    assert "Bordir Tanpa HP" in page and "ketua sentra" in page
    answer = head.post(create, {f"quantity-{line.pk}": "2 kodi"}, follow=True)
    assert "tercatat, dengan nama Anda sebagai ketua sentra" in answer.text
    report = Report.objects.get(business=silent)
    assert (report.source, report.by, report.lines.get().quantity) == ("head", person, 40)
    assert Entry.objects.filter(verb="production.submit_for_member", by=person).count() == 1
    head.post(create, {f"quantity-{line.pk}": "7"})  # the page was still open
    assert Report.objects.count() == 1

    assert correct in head.get("/saya/sentra/").text
    head.post(correct, {f"quantity-{line.pk}": "41"})
    newest = Report.objects.latest_version().get(business=silent)
    assert (newest.source, newest.by, newest.lines.get().quantity) == ("head", person, 41)

    # The office, and the owner if a phone is ever opened, read who recorded.
    owner_page = " ".join(opened(silent, rina).get("/saya/lapor/").text.split())
    assert f"{person.name} (ketua sentra)" in owner_page and f"diubah {person.name} pada" in owner_page
    assert "ketua sentra" in signed_in(rina).get(reverse("production:report_detail", args=[newest.pk])).text


def test_zero_is_recorded_for_a_member(head: OwnerClient, silent: Business, month: date) -> None:
    head.post(reverse("owners:member_report_zero", args=[silent.pk, f"{month:%Y-%m}"]))
    report = Report.objects.get(business=silent)
    assert (report.source, report.lines.get().quantity) == ("head", 0)


def test_the_head_neither_reads_nor_corrects_what_others_recorded(
    head: OwnerClient, silent: Business, month: date, rina: Person
) -> None:
    """Not by the page, nor by the question about an unusual figure, which would tell the usual one."""
    before = add_months(month, -1)
    submit_report(silent, rina, month=before, amounts=amounts_of(silent, 98765), source="officer")
    where = [silent.pk, f"{month:%Y-%m}"]
    create = reverse("owners:member_report_create", args=where)
    line = silent.product_lines.get()
    pages = [head.get(create).text, head.post(create, {f"quantity-{line.pk}": "3", f"value-{line.pk}": "x"}).text]
    assert all("98.765" not in page and "98765" not in page for page in pages)
    head.post(create, {f"quantity-{line.pk}": "3"})
    own = Report.objects.latest_version().get(business=silent, month=month)
    assert own.source == "head"
    other = reverse("owners:member_report_correct", args=[silent.pk, f"{before:%Y-%m}"])
    assert head.get(other).url == reverse("owners:cluster_detail")  # type: ignore[attr-defined]
    head.post(other, {f"quantity-{line.pk}": "4"})
    with pytest.raises(ValidationError, match="dicatat orang lain"):
        correct_report_for_member(Report.objects.get(month=before), head.business.owner, amounts=amounts_of(silent, 4))
    assert Report.objects.latest_version().get(business=silent, month=before).lines.get().quantity == 98765


def test_an_unusual_figure_is_asked_about(head: OwnerClient, silent: Business, month: date) -> None:
    before = add_months(month, -1)
    submit_report_for_member(silent, head.business.owner, month=before, amounts=amounts_of(silent, 40))
    create, line = (
        reverse("owners:member_report_create", args=[silent.pk, f"{month:%Y-%m}"]),
        silent.product_lines.get(),
    )
    answer = head.post(create, {f"quantity-{line.pk}": "400"})
    assert answer.status_code == 422 and "Apakah maksudnya 40 stel?" in answer.text
    assert head.post(create, {f"quantity-{line.pk}": "400", "checked": "on"}).status_code == 302


@pytest.mark.parametrize("kind", ["not head", "own", "phone", "other sentra", "restricted"])
def test_only_the_head_and_only_for_members_without_a_phone(
    kind: str,
    head: OwnerClient,
    silent: Business,
    month: date,
    rina: Person,
    make_business: Callable[..., Business],
    cluster: Cluster,
) -> None:
    phone, target = head, silent
    if kind == "not head":
        phone = opened(make_business("Bordir Lain"), rina)
    elif kind == "own":
        target = head.business
    elif kind == "phone":
        target = make_business("Bordir Ber-HP")
    elif kind == "other sentra":
        other = Cluster.objects.create(name="Sentra Lain", region=cluster.region, commodity="Batik")
        target = make_business("Batik Lain", within=other)
    else:
        Business.objects.filter(pk=silent.pk).update(restricted_at=clock.now())
        silent.refresh_from_db()
    where = [target.pk, f"{month:%Y-%m}"]
    assert str(target.pk) not in phone.get("/saya/sentra/").text or kind == "phone"
    answer = phone.post(
        reverse("owners:member_report_create", args=where), {f"quantity-{target.product_lines.get().pk}": "5"}
    )
    assert answer.status_code == (422 if kind == "phone" else 404)
    with pytest.raises((PermissionDenied, ValidationError)):
        submit_report_for_member(target, phone.business.owner, month=month, amounts=amounts_of(target, 5))
    assert not Report.objects.exists()
