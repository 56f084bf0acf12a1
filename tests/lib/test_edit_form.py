"""Two people who change one thing: nothing is overwritten unseen, nothing that was typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django import forms
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from sambang.access.models import Council, Person, Role
from sambang.actions.operations import promise_action
from sambang.aspirations.models import Matter
from sambang.aspirations.operations import note_aspiration
from sambang.facilitation.operations import plan_programme
from sambang.indicators.operations import define_indicator
from sambang.lib.edit_form import SEEN_FIELD, MergingEditForm
from sambang.market.models import Item
from sambang.papers.models import Letterhead, MessageText, Signer
from sambang.papers.operations import assign_number
from sambang.privacy.models import Breach
from sambang.registry.models import Business, Cluster, Group, Permit
from sambang.siinas.operations import save_sheet, set_quarter_target
from sambang.siinas.quarters import Quarter
from sambang.training.models import Course, Session, Trainer
from sambang.visits import operations as visits
from tests.reach.places import photo_file

pytestmark = pytest.mark.slow

OTHERS, MINE = "Ditulis orang lain {tautan}", "Ditulis saya {tautan}"  # the placeholder that a message needs
DAY = date(2026, 3, 2)


@dataclass(frozen=True)
class Edit:
    """A page that changes `row`, and one text of it: as a field of the form and as a column."""

    row: Model
    args: tuple[Any, ...]
    field: str
    column: str = ""
    extra: tuple[tuple[str, str], ...] = ()

    def stored(self) -> Any:
        self.row.refresh_from_db()
        return getattr(self.row, self.column or self.field)

    def write(self, text: str) -> None:
        type(self.row)._base_manager.filter(pk=self.row.pk).update(**{self.column or self.field: text})


@pytest.fixture
def administrator(member: Callable[..., Person], sleman: Council) -> Person:
    return member("Agus", sleman, Role.ADMINISTRATOR)


@pytest.fixture
def edits(business: Business, cluster: Cluster, sleman: Council, administrator: Person) -> dict[str, Edit]:
    visit = visits.plan_visit(cluster, administrator, planned_for=DAY, purpose="Mendengar")
    held = visits.plan_visit(cluster, administrator, planned_for=DAY, purpose="Menengok")
    visits.conduct_visit(held, administrator, held_on=DAY, summary="Ramai", conclusion="Baik")
    photo = visits.add_photo(held, administrator, image=photo_file())
    visits.arrange_photo(photo, administrator, story_position=None, public_consent="Semua, lisan")
    heard = note_aspiration(
        business, administrator, visit=held, kind="constraint", difficulty="capital", text="Modal kurang"
    )
    action = promise_action(held, administrator, title="Pameran", responsible_name="Dewan", due_on=DAY + timedelta(400))
    reason = (("because", "Sakit"), ("due_on", (DAY + timedelta(500)).isoformat()))
    matter = Matter.objects.create(region=cluster.region, cluster=cluster, title="Kain mahal", difficulty="material")
    permit = Permit.objects.create(business=business, kind="halal", number="HALAL-1", issuer="BPJPH")
    group = Group.objects.create(cluster=cluster, name="Kelompok Peraga")
    programme = plan_programme(sleman, administrator, name="Merek", year=2026)
    indicator = define_indicator(
        sleman, administrator, objective="Pembinaan", name="IKM dibina", measure="coached", unit="IKM"
    )
    quarter = Quarter(2026, 1)
    sheet = save_sheet(business, administrator, quarter=quarter, fuel="gas")
    target = set_quarter_target(sleman, administrator, quarter=quarter, source="surat")
    signer = Signer.objects.create(council=sleman, name="Bu Pejabat", position="Ketua")
    letterhead = Letterhead.objects.create(council=sleman, address="Jalan Lama")
    message = MessageText.objects.create(council=sleman, kind="invitation", text="Buka {tautan}")
    item = Item.objects.create(business=business, name="Baju", price=100_000, unit="potong")
    trainer = Trainer.objects.create(council=sleman, name="Bu Pelatih", skills="foto")
    course = Course.objects.create(council=sleman, title="Foto Produk", topic=Course.Topic.ONLINE)
    session = Session.objects.create(course=course, held_on=DAY, place="Balai")
    numbered = assign_number(
        sleman, administrator, paper="undangan", subject=visit.pk, title="Undangan", number="090/1", dated_on=DAY
    )
    now = timezone.now()
    breach = Breach.objects.create(
        council=sleman,
        title="Laptop hilang",
        began_at=now,
        known_at=now,
        what="nama",
        how="hilang",
        noted_by=administrator,
    )
    return {
        "registry:business_change": Edit(business, (business.pk,), "address"),
        "registry:cluster_change": Edit(cluster, (cluster.pk,), "commodity"),
        "registry:group_change": Edit(group, (group.pk,), "decree_number"),
        "visits:visit_change": Edit(visit, (visit.pk,), "purpose"),
        "visits:photo_arrange": Edit(photo, (photo.pk,), "public_consent"),
        "visits:visit_conduct": Edit(held, (held.pk,), "summary"),
        "aspirations:aspiration_correct": Edit(heard, (heard.pk,), "text", extra=(("also_touches", "satu RT"),)),
        "actions:action_replan": Edit(action, (action.pk,), "responsible_name", extra=reason),
        "actions:action_correct": Edit(
            action, (action.pk,), "title", extra=(("because", "Salah ketik"), ("budget", "5000000"))
        ),
        "aspirations:matter_change": Edit(matter, (matter.pk,), "title"),
        "registry:permit_change": Edit(permit, (permit.pk,), "issuer", extra=(("number", "HALAL-2"),)),
        "facilitation:programme_change": Edit(programme, (programme.pk,), "name"),
        "siinas:sheet_change": Edit(sheet, (business.pk, 2026, 1), "fuel"),
        "siinas:target_change": Edit(target, (sleman.pk, 2026, 1), "source"),
        "indicators:indicator_change": Edit(indicator, (indicator.pk,), "name"),
        "papers:signer_change": Edit(signer, (signer.pk,), "position"),
        "papers:message_change": Edit(message, (sleman.pk, "invitation"), "text"),
        "papers:letterhead_change": Edit(letterhead, (sleman.pk,), "address"),
        "home:paper_number": Edit(numbered, (visit.pk, "undangan"), "number"),
        "market:item_change": Edit(item, (item.pk,), "name"),
        "training:course_change": Edit(course, (course.pk,), "title"),
        "training:trainer_change": Edit(trainer, (trainer.pk,), "skills"),
        "training:session_change": Edit(session, (session.pk,), "place"),
        "privacy:breach_change": Edit(breach, (breach.pk,), "how"),
    }


NAMES = (
    "registry:business_change",
    "registry:cluster_change",
    "registry:group_change",
    "visits:visit_change",
    "visits:visit_conduct",
    "visits:photo_arrange",
    "aspirations:aspiration_correct",
    "actions:action_replan",
    "actions:action_correct",
    "aspirations:matter_change",
    "registry:permit_change",
    "facilitation:programme_change",
    "siinas:sheet_change",
    "siinas:target_change",
    "indicators:indicator_change",
    "papers:signer_change",
    "papers:message_change",
    "papers:letterhead_change",
    "home:paper_number",
    "market:item_change",
    "training:course_change",
    "training:trainer_change",
    "training:session_change",
    "privacy:breach_change",
)
# Pages that change something without such a form, and why.
OTHERWISE = {
    "accounts:password_change": "one's own password",
    "aspirations:difficulty_change": "adds a version; tests/aspirations/test_difficulties.py",
    "actions:spent_change": "one number, written whole; tests/actions/test_attachments.py",
    "accounts:link_days_change": "one number, written whole",
    "market:online_share_change": "one number of a month, written whole",
    "owners:sheet_change": "the form of siinas:sheet_change",
    "selling:item_change": "the form of market:item_change, with a photo",
    "owners:report_correct": "a correction is a new value beside the old one",
    "owners:member_report_correct": "a correction is a new value beside the old one",
    "production:report_correct": "a correction is a new value beside the old one",
    "training:score_change": "a score of one participant is written whole, and only where it was changed",
    "training:attendance_change": "each participant's presence is written whole",
    "insight:base_change": "the form shows the base, as the privacy statement does; tested with the forms",
    "privacy:statement_change": "tested with the forms",
}
CHANGES = re.compile(r"_(change|arrange|replan|correct|conduct)$")


def url_names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from url_names(one, one.namespace or space)
        elif isinstance(one, URLPattern) and one.name and space != "admin":
            yield f"{space}:{one.name}"


def test_every_page_that_changes_something_is_tried() -> None:
    changing = {name for name in url_names(get_resolver()) if CHANGES.search(name)}
    assert len(changing) > 15
    assert changing == (set(NAMES) - {"home:paper_number"}) | set(OTHERWISE)


def filled(form: Any) -> dict[str, Any]:
    """What a browser would send back of this form."""
    values = {form.add_prefix(name): form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value is not None and value is not False}


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_what_another_wrote_meanwhile_stays(
    signed_in: Callable[[Person], Client], administrator: Person, edits: dict[str, Edit], name: str
) -> None:
    edit, client = edits[name], signed_in(administrator)
    address = reverse(name, args=edit.args)
    opened = filled(client.get(address).context["form"])
    assert opened[SEEN_FIELD]
    edit.write(OTHERS)
    answer = client.post(address, opened | dict(edit.extra))
    assert answer.status_code == 422 and "orang lain mengubah" in answer.content.decode()
    assert edit.stored() == OTHERS
    again = filled(answer.context["form"])
    assert again[edit.field] == OTHERS
    assert client.post(address, again).status_code == 302
    assert edit.stored() == OTHERS


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_what_one_typed_oneself_stays_in_the_form(
    signed_in: Callable[[Person], Client], administrator: Person, edits: dict[str, Edit], name: str
) -> None:
    edit, client = edits[name], signed_in(administrator)
    address = reverse(name, args=edit.args)
    opened = filled(client.get(address).context["form"])
    edit.write(OTHERS)
    answer = client.post(address, opened | dict(edit.extra) | {edit.field: MINE})
    assert answer.status_code == 422 and OTHERS in answer.content.decode()
    assert edit.stored() == OTHERS
    again = filled(answer.context["form"])
    assert again[edit.field] == MINE
    assert client.post(address, again).status_code == 302
    assert edit.stored() == MINE


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_nobody_else_means_no_question(
    signed_in: Callable[[Person], Client], administrator: Person, edits: dict[str, Edit], name: str
) -> None:
    edit, client = edits[name], signed_in(administrator)
    address = reverse(name, args=edit.args)
    opened = filled(client.get(address).context["form"])
    assert client.post(address, opened | dict(edit.extra) | {edit.field: MINE}).status_code == 302
    assert edit.stored() == MINE


class Described(MergingEditForm, forms.Form):
    name = forms.CharField(required=False)
    amount = forms.IntegerField(required=False)
    agreed = forms.BooleanField(required=False)


def test_what_was_empty_and_stays_empty_was_not_changed() -> None:
    """A form shows no value, an empty text and an empty box alike: what another person wrote since stays."""
    shown = Described(initial={"name": None, "amount": None, "agreed": False})
    stored = {"name": "Baru", "amount": 5, "agreed": True}
    form = Described({"name": "", "amount": "", SEEN_FIELD: shown.version()}, initial=stored)
    assert form.is_valid() and not form.touched
    assert form.cleaned_data == stored
