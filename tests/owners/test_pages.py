"""What an owner does on the phone, and that it reaches one business only."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from sambang.access.models import Person
from sambang.actions.models import Action, Confirmation
from sambang.actions.operations import claim_action, promise_action
from sambang.aspirations.models import Aspiration
from sambang.aspirations.operations import group_aspirations, note_aspiration
from sambang.insight.models import Point, Run, Series
from sambang.insight.summary import Direction
from sambang.lib import clock
from sambang.lib.months import add_months, first_of_month, month_name
from sambang.market.models import Consent
from sambang.owners.models import PersonalLink
from sambang.owners.summary import direction_text
from sambang.production.amounts import read_amount
from sambang.production.models import Report
from sambang.production.operations import submit_report
from sambang.registry.models import Business
from sambang.registry.operations import add_permit, record_owner_detail
from sambang.visits.operations import plan_visit


@pytest.fixture
def month() -> date:
    return add_months(first_of_month(timezone.localdate()), -1)


def quantity_field(business: Business) -> str:
    return f"quantity-{business.product_lines.get().pk}"


def test_a_month_in_few_taps(phone: Client, business: Business, month: date) -> None:
    home = phone.get("/saya/")
    address = f"/saya/lapor/{month:%Y-%m}/"
    assert address in home.text  # tap 1
    assert phone.get(address).status_code == 200  # tap 2: the field; tap 3: send
    done = phone.post(address, {quantity_field(business): "3 kodi 5"}, follow=True)
    assert done.redirect_chain == [] or "sudah kami terima" not in done.text  # "5" of what? asked, not guessed
    assert done.status_code == 422 and Report.objects.count() == 0
    done = phone.post(address, {quantity_field(business): "3 kodi"}, follow=True)
    assert "sudah kami terima" in done.text
    report = Report.objects.get()
    line = report.lines.get()
    assert (report.source, report.by, report.month) == ("owner", business.owner, month)
    assert (line.quantity, line.entered) == (Decimal(60), "3 kodi")
    again = phone.post(address, {quantity_field(business): "3 kodi"}, follow=True)
    assert "sudah ada pada kami" in again.text
    assert Report.objects.get().lines.get().quantity == Decimal(60)


def test_figures_changed_after_back_are_not_lost(phone: Client, business: Business, month: date) -> None:
    """The page of an unsent month, shown again by the phone: what is typed there is offered as a correction."""
    address = f"/saya/lapor/{month:%Y-%m}/"
    phone.post(address, {quantity_field(business): "3 kodi"})
    again = phone.post(address, {quantity_field(business): "empat kodi"})
    assert again.status_code == 422
    assert "empat kodi" in again.text
    assert "kirim sebagai pembetulan" in again.text
    assert f'action="{address}betulkan/"' in again.text
    assert Report.objects.get().lines.get().quantity == Decimal(60)
    phone.post(f"{address}betulkan/", {quantity_field(business): "empat kodi"})
    assert Report.objects.get(replaced_by=None).lines.get().quantity == Decimal(80)


def test_zero_by_one_tap_twice(phone: Client, month: date) -> None:
    for said in ("tidak berproduksi", "sudah ada pada kami"):
        assert said in phone.post(f"/saya/lapor/{month:%Y-%m}/nol/", follow=True).text
    assert Report.objects.get().lines.get().quantity == 0


def test_last_month_is_shown_and_a_slip_of_ten_asked(phone: Client, business: Business, month: date) -> None:
    line = business.product_lines.get()
    submit_report(
        business, business.owner, month=add_months(month, -1), amounts={line: read_amount(line, "120")}, source="owner"
    )
    address = f"/saya/lapor/{month:%Y-%m}/"
    assert "120 stel" in phone.get(address).text
    asked = phone.post(address, {quantity_field(business): "1200"})
    assert asked.status_code == 422 and "Mohon periksa dulu" in asked.text
    assert not Report.objects.filter(month=month).exists()
    phone.post(address, {quantity_field(business): "1200", "checked": "on"})
    assert Report.objects.get(month=month).lines.get().quantity == 1200


def test_a_correction_is_a_new_version(phone: Client, business: Business, month: date) -> None:
    phone.post(f"/saya/lapor/{month:%Y-%m}/", {quantity_field(business): "10"})
    phone.post(f"/saya/lapor/{month:%Y-%m}/betulkan/", {quantity_field(business): "12"})
    assert Report.objects.count() == 2
    assert Report.objects.latest_version().get().lines.get().quantity == 12


@pytest.mark.parametrize("wrong", ["", "banyak", "-3", "9" * 30, "<script>"])
def test_bad_figures_change_nothing(phone: Client, business: Business, month: date, wrong: str) -> None:
    answer = phone.post(f"/saya/lapor/{month:%Y-%m}/", {quantity_field(business): wrong})
    assert answer.status_code == 422 and "error-message" in answer.text
    assert Report.objects.count() == 0


def test_a_month_that_has_not_come_and_one_that_is_none(phone: Client, business: Business) -> None:
    ahead = add_months(first_of_month(timezone.localdate()), 1)
    answer = phone.post(f"/saya/lapor/{ahead:%Y-%m}/", {quantity_field(business): "1"})
    assert (answer.status_code, "belum tiba" in answer.text) == (422, True)
    assert phone.get("/saya/lapor/kapan/").status_code == 404


def test_another_business_stays_closed(
    phone: Client, business: Business, neighbour: Business, month: date, rina: Person
) -> None:
    """Also where the same person owns both: the link opens one."""
    neighbour.owner = business.owner
    neighbour.save(update_fields=["owner"])
    line = neighbour.product_lines.get()
    submit_report(neighbour, rina, month=month, amounts={line: read_amount(line, "777777")}, source="officer")
    asked = ask(neighbour, rina)
    for page in ("", "lapor/", f"lapor/{month:%Y-%m}/betulkan/", "kabar/", "data/", "data/salinan/"):
        answer = phone.get(f"/saya/{page}", follow=True)
        # Six digits: three of a kind stand by chance in a token or a key now and then.
        assert b"777.777" not in answer.content and b"777777" not in answer.content
        assert neighbour.name not in answer.content.decode("latin-1")
    phone.post(f"/saya/lapor/{month:%Y-%m}/", {quantity_field(neighbour): "5"})
    assert Report.objects.count() == 1
    for page in ("", "sudah/", "belum/"):
        assert (phone.post if page else phone.get)(f"/saya/jawab/{asked.pk}/{page}").status_code == 404
    asked.refresh_from_db()
    assert asked.answer == "waiting"


def ask(business: Business, by: Person) -> Confirmation:
    aspiration = note_aspiration(business, by, kind="constraint", text="Kain mahal", difficulty="material")
    assert business.cluster is not None
    matter = group_aspirations(
        business.cluster, by, aspirations=[aspiration], title="Kain mahal", difficulty="material"
    )
    visit = plan_visit(business.cluster, by, planned_for=date(2022, 3, 31), purpose="Menengok")
    action = promise_action(
        visit, by, title="Beli kain bersama", responsible_name="Dinas", due_on=date(2022, 5, 1), matter=matter
    )
    claim_action(action, by, claim="Kain sudah dibeli")
    return Confirmation.objects.get(action=action, business=business)


def test_confirm_or_dispute(phone: Client, business: Business, rina: Person) -> None:
    asked = ask(business, rina)
    assert f"/saya/jawab/{asked.pk}/" in phone.get("/saya/").text
    assert "Kain sudah dibeli" in phone.get(f"/saya/jawab/{asked.pk}/").text
    empty = phone.post(f"/saya/jawab/{asked.pk}/belum/", {"text": " "})
    assert (empty.status_code, "Tulis apa yang belum beres" in empty.text) == (422, True)
    phone.post(f"/saya/jawab/{asked.pk}/belum/", {"text": "Baru separuh"})
    assert Action.objects.get().state == Action.State.DISPUTED
    claim_action(Action.objects.get(), rina, claim="Separuh lagi sudah")
    assert "beres" in phone.post(f"/saya/jawab/{asked.pk}/sudah/", {"text": ""}, follow=True).text
    assert Action.objects.get().state == Action.State.CONFIRMED
    twice = phone.post(f"/saya/jawab/{asked.pk}/sudah/")
    assert (twice.status_code, "sudah menyatakan" in twice.text) == (422, True)
    assert phone.get(f"/saya/jawab/{asked.pk}/sudah/").status_code == 405
    assert "Beli kain bersama" in phone.get("/saya/kabar/").text


def test_raise_a_matter_once(phone: Client, business: Business) -> None:
    form = phone.get("/saya/sampaikan/").context["form"]
    said = {
        "id": form["id"].value(),
        "text": "Ingin belajar jualan daring",
        "kind": "aspiration",
        "difficulty": "marketing",
    }
    assert phone.post("/saya/sampaikan/", {**said, "text": ""}).status_code == 422
    assert Aspiration.objects.count() == 0
    for _ in range(2):
        assert "sudah kami terima" in phone.post("/saya/sampaikan/", said, follow=True).text
    aspiration = Aspiration.objects.get()
    assert (aspiration.business, aspiration.noted_by) == (business, business.owner)
    assert "Ingin belajar jualan daring" in phone.get("/saya/kabar/").text


def test_consent_is_given_and_withdrawn(phone: Client, business: Business) -> None:
    phone.post("/saya/data/setuju/catalogue/")
    given = Consent.objects.get()
    assert (given.by, given.kind, given.how, given.text_version) == (business.owner, "given", "link", 1)
    phone.post("/saya/data/tarik/catalogue/")
    assert [line.kind for line in Consent.objects.order_by("pk")] == ["given", "withdrawn"]
    assert not Consent.objects.valid().exists()
    assert phone.post("/saya/data/setuju/apa-saja/").status_code == 404


def test_the_head_sees_who_reported(
    phone: Client, business: Business, neighbour: Business, month: date, rina: Person
) -> None:
    assert neighbour.name not in phone.get("/saya/sentra/").text
    assert business.cluster is not None
    business.cluster.head = business.owner
    business.cluster.save(update_fields=["head"])
    line = neighbour.product_lines.get()
    submit_report(neighbour, rina, month=month, amounts={line: read_amount(line, "98765")}, source="officer")
    page = phone.get("/saya/sentra/").text
    assert neighbour.name in page and "1 dari 2 IKM" in page
    assert "98765" not in page and "98.765" not in page  # who, never how much


def test_too_little_data_is_reported(phone: Client) -> None:
    assert "Belum cukup data" in phone.get("/saya/sentra/").text
    assert phone.get("/saya/sentra/grafik.svg").status_code == 404
    assert "di bawah tahun 2019" in direction_text(Direction.DOWN, "tahun 2019")
    assert "di atas tahun 2019" in direction_text(Direction.UP, "tahun 2019")


def test_the_state_of_the_sentra_has_a_chart(phone: Client, business: Business, rina: Person) -> None:
    """As the office publishes it; another sentra's series is never drawn."""
    run = Run.objects.create(by=rina, region_code="3404", engine="uji", is_published=True, reports=40)
    series = Series.objects.create(
        run=run,
        kind="volume",
        region_code="3404072003",
        cluster=business.cluster,
        recovery=70.0,
        recovery_lower=60.0,
        recovery_upper=80.0,
        recovery_month=date(2022, 3, 1),
        released_on=date(2022, 4, 15),
        is_newest=True,
        is_newest_release=True,
    )
    for number in range(1, 4):
        Point.objects.create(
            series=series,
            month=date(2022, number, 1),
            index=70,
            lower=60,
            upper=80,
            adjusted=70,
            response="50_75",
            coverage="50_75",
            lines=20,
            status="firm",
        )
    page = phone.get("/saya/sentra/").text
    assert "di bawah tahun 2019" in page and "kira-kira 70 (antara 60 dan 80)" in page
    drawing = phone.get("/saya/sentra/grafik.svg")
    assert drawing["Content-Type"] == "image/svg+xml" and b"<svg" in drawing.content
    assert phone.get("/saya/sentra/grafik.svg", headers={"Accept-Encoding": "gzip"})["Content-Encoding"] == "gzip"


def test_a_phone_set_to_english_still_gets_indonesian(phone: Client, month: date) -> None:
    page = phone.get("/saya/", headers={"Accept-Language": "en-US"}).text
    assert f"Laporan {month_name(month)}" in page and 'lang="id"' in page
    phone.cookies["django_language"] = "en"
    assert 'lang="en"' in phone.get("/saya/").text


def test_the_link_says_when_it_ends(phone: Client) -> None:
    PersonalLink.objects.update(expires_at=timezone.now() + timedelta(days=9))
    assert "Mintalah tautan baru" in phone.get("/saya/").text


def test_closing_on_a_shared_phone(phone: Client) -> None:
    phone.post("/saya/tutup/")
    assert phone.get("/saya/").status_code == 302


def test_every_owner_page_weighs_less_than_60_kb(phone: Client, month: date) -> None:
    """With everything it loads: the stylesheets, the drafts' script and the icon, uncompressed."""
    for page in ("", f"lapor/{month:%Y-%m}/", "sampaikan/", "data/"):
        text = phone.get(f"/saya/{page}").text
        parts = set(re.findall(r'(?:src|href)="/static/([^"]+)"', text))
        assert parts == {"lib/base.css", "lib/forms.css", "lib/components.css", "lib/drafts.js", "lib/icon.svg"}
        with_parts = len(text.encode()) + sum(Path(str(finders.find(part))).stat().st_size for part in parts)
        assert with_parts < 60_000


def test_a_dormant_owner_stays_out(phone: Client, business: Business) -> None:
    business.owner.is_active = False
    business.owner.save(update_fields=["is_active"])
    assert phone.get("/saya/").status_code == 302


def test_make_links_command(business: Business, neighbour: Business, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("make_links", cluster="sentra joho rahasia", site="https://contoh.test")
    lines = capsys.readouterr().out.strip().splitlines()
    assert [line.split("\t")[0] for line in lines] == ["Bordir Tetangga", "Jahit Rahasia"]
    path = lines[1].split("\t")[2].removeprefix("https://contoh.test")
    assert Client().get(path)["Location"] == "/saya/"
    call_command("make_links", cluster="Sentra Joho Rahasia")
    assert capsys.readouterr().out == ""


def test_the_owner_sees_what_expires(phone: Client, business: Business, sari: Person) -> None:
    today = clock.today()
    for kind, days in (("pirt", -3), ("halal", 80), ("sni", 91)):
        add_permit(business, sari, kind=kind, number="1", valid_until=today + timedelta(days=days))
    page = phone.get("/saya/").text
    assert "SPP-IRT" in page and "Sudah habis sejak" in page
    assert "Halal" in page and "Berlaku sampai" in page and "<h2>SNI" not in page


def test_the_owner_reads_what_is_recorded_of_the_owner(phone: Client, business: Business, sari: Person) -> None:
    record_owner_detail(business, sari, kind="education", value="sma", as_of=date(2024, 1, 5), source="owner")
    assert "SMA/SMK sederajat" in phone.get("/saya/data/").text
