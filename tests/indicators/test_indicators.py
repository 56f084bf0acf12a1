"""Indicators: values worked out by hand, the LKjIP formulas, and the way from a figure to its rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook

from sambang.access.models import Council, Person
from sambang.actions.models import Action
from sambang.facilitation.models import Application, ApplicationEvent, Programme
from sambang.indicators import operations
from sambang.indicators.achievement import achievement, grade_of, scale
from sambang.indicators.measures import MEASURES, Measure, Year, evidence_of
from sambang.indicators.models import Indicator
from sambang.indicators.queries import results, suggestions
from sambang.registry.models import Business, Cluster
from sambang.training.models import Attendance as SessionAttendance
from sambang.training.models import Course, Enrolment, Session
from sambang.visits.models import Attendance as VisitAttendance
from sambang.visits.models import Visit

SignIn = Callable[[Person], Client]


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(hour=5, tzinfo=UTC)


@pytest.fixture
def register(make_business: Callable[..., Business]) -> dict[str, Business]:
    """Four IKM: since 2023 (closed 30 June 2025), since 2024, and two since 2025."""
    rows = {
        "old": make_business("Lama", registered_at=day("2023-02-01")),
        "second": make_business("Kedua", registered_at=day("2024-12-31"), nib="1234567890123"),
        "third": make_business("Ketiga", registered_at=day("2025-01-01")),
        "fourth": make_business("Keempat", registered_at=day("2025-12-31")),
    }
    rows["old"].status, rows["old"].closed_on = "closed", date(2025, 6, 30)
    rows["old"].save()
    return rows


def value(measure: Measure, person: Person, council: Council, year: int) -> Decimal | None:
    return evidence_of(measure, Year(person, council, year)).value


@pytest.mark.django_db
class TestMeasures:
    @pytest.mark.parametrize(
        ("measure", "year", "expected"),
        [
            (Measure.BUSINESSES, 2022, "0"),
            (Measure.BUSINESSES, 2023, "1"),
            (Measure.BUSINESSES, 2024, "2"),
            (Measure.BUSINESSES, 2025, "3"),  # three of four: one had closed by then
            (Measure.BUSINESS_GROWTH, 2025, "50.00"),
            (Measure.BUSINESS_GROWTH, 2023, None),  # the year before had none
            (Measure.BUSINESS_DIFFERENCE, 2025, "1"),
            (Measure.LICENSED_SHARE, 2025, "33.33"),
            (Measure.LICENSED_SHARE, 2022, None),
        ],
    )
    def test_of_the_register(
        self,
        register: dict[str, Business],
        rina: Person,
        sleman: Council,
        measure: Measure,
        year: int,
        expected: str | None,
    ) -> None:
        assert value(measure, rina, sleman, year) == (Decimal(expected) if expected else None)

    def test_certificates_valid_at_the_end_of_the_year(
        self, register: dict[str, Business], rina: Person, sleman: Council
    ) -> None:
        add = register["second"].permits.create
        add(kind="halal", number="1", issued_on=date(2024, 3, 1))
        add(kind="sni", number="2", issued_on=date(2025, 3, 1))
        register["third"].permits.create(
            kind="pirt", number="3", issued_on=date(2025, 2, 1), valid_until=date(2025, 12, 30)
        )
        register["fourth"].permits.create(kind="nib", number="4")
        assert value(Measure.CERTIFIED, rina, sleman, 2023) == 0
        assert value(Measure.CERTIFIED, rina, sleman, 2024) == 1
        assert value(Measure.CERTIFIED, rina, sleman, 2025) == 1
        assert value(Measure.CERTIFIED_SHARE, rina, sleman, 2025) == Decimal("33.33")

    def test_coached_is_visited_or_trained_once_each(
        self, register: dict[str, Business], rina: Person, sleman: Council, cluster: Cluster
    ) -> None:
        def visit(on: date, state: str = "held") -> Visit:
            held = on if state == "held" else None
            return Visit.objects.create(
                region=cluster.region,
                cluster=cluster,
                planned_for=on,
                purpose="x",
                planned_by=rina,
                state=state,
                held_on=held,
            )

        def attend(visited: Visit, business: Business, *, present: bool = True) -> None:
            VisitAttendance.objects.create(visit=visited, business=business, present=present, noted_by=rina)

        attend(visit(date(2025, 3, 1)), register["second"])
        attend(visit(date(2025, 4, 1)), register["second"])
        attend(visit(date(2025, 5, 1)), register["third"], present=False)
        attend(visit(date(2024, 5, 1)), register["third"])
        course = Course.objects.create(council=sleman, title="Kelas", topic="online")
        session = Session.objects.create(course=course, held_on=date(2025, 6, 1))
        for name, present in (("fourth", True), ("second", True), ("third", False)):
            enrolment = Enrolment.objects.create(course=course, business=register[name])
            SessionAttendance.objects.create(session=session, enrolment=enrolment, present=present)
        assert value(Measure.TRAINED, rina, sleman, 2025) == 2
        assert value(Measure.COACHED, rina, sleman, 2025) == 2
        assert value(Measure.COACHED_SHARE, rina, sleman, 2025) == Decimal("66.67")
        assert value(Measure.COACHED, rina, sleman, 2024) == 0  # "third" was registered in 2025

    def test_actions_and_facilitation(
        self, register: dict[str, Business], rina: Person, sleman: Council, cluster: Cluster
    ) -> None:
        def action(due: str, state: str, confirmed: str = "") -> None:
            Action.objects.create(
                region=cluster.region,
                cluster=cluster,
                title="x",
                responsible_name="Dinas",
                due_on=due,
                state=state,
                created_by=rina,
                claimed_at=day(confirmed) if confirmed else None,
                claimed_by=rina if confirmed else None,
                claim="x" if confirmed else "",
                confirmed_at=day(confirmed) if confirmed else None,
                confirmed_by=register["third"].owner if confirmed else None,
            )

        action("2025-03-01", "promised")
        action("2025-03-01", "confirmed", "2025-02-01")
        action("2024-03-01", "confirmed", "2025-02-01")
        assert value(Measure.ACTIONS_CONFIRMED, rina, sleman, 2025) == 2
        assert value(Measure.ACTIONS_CONFIRMED_SHARE, rina, sleman, 2025) == Decimal("50.00")
        programme = Programme.objects.create(council=sleman, name="Merek", year=2025)
        application = Application.objects.create(programme=programme, business=register["third"], stage="issued")
        for stage, on in (("submitted", date(2025, 1, 2)), ("issued", date(2025, 7, 1))):
            ApplicationEvent.objects.create(application=application, stage=stage, happened_on=on, recorded_by=rina)
        assert value(Measure.FACILITATED, rina, sleman, 2025) == 1
        assert value(Measure.FACILITATED, rina, sleman, 2024) == 0

    @pytest.mark.usefixtures("register")
    def test_another_council_counts_its_own(self, citra: Person, bantul: Council) -> None:
        assert {value(measure, citra, bantul, 2025) for measure in Measure} <= {Decimal(0), None}

    def test_every_measure_is_computed(self) -> None:
        assert set(MEASURES) == set(Measure)


class TestAchievement:
    @pytest.mark.parametrize(
        ("polarity", "target", "realised", "percent"),
        [
            ("rising", "80", "60", "75.00"),
            ("rising", "80", "90", "112.50"),
            ("falling", "10", "12", "80.00"),
            ("falling", "10", "8", "120.00"),
            ("rising", "0", "5", None),
            ("rising", None, "5", None),
            ("rising", "5", None, None),
        ],
    )
    def test_formula(self, polarity: str, target: Any, realised: Any, percent: Any) -> None:
        numbers = {"target": target, "realised": realised}
        found = achievement(polarity, **{key: Decimal(text) if text else None for key, text in numbers.items()})
        assert found == (Decimal(percent) if percent else None)

    @pytest.mark.parametrize(
        ("percent", "grade"),
        [
            ("90.5", "sangat baik"),
            ("90.49", "baik"),
            ("76", "baik"),
            ("75.4", "cukup"),
            ("65.4", "kurang"),
            ("50.4", "sangat kurang"),
            ("-20", "sangat kurang"),
        ],
    )
    def test_scale(self, percent: str, grade: str) -> None:
        assert grade_of(Decimal(percent)) == grade

    def test_an_unknown_achievement_has_no_grade(self) -> None:
        assert grade_of(None) == ""
        assert [grade.at_least for grade in scale()] == sorted((grade.at_least for grade in scale()), reverse=True)


@pytest.mark.django_db
class TestOperations:
    def test_targets_are_set_changed_and_removed(self, rina: Person, sleman: Council) -> None:
        indicator = operations.define_indicator(
            sleman, rina, objective="Tumbuh", name="IKM", measure="businesses", unit="IKM"
        )
        operations.set_target(indicator, rina, year=2025, value=Decimal(6))
        operations.set_target(indicator, rina, year=2025, value=Decimal(4))
        operations.set_target(indicator, rina, year=2027, value=Decimal(8))
        [result] = results(rina, sleman, 2025)
        assert (result.target, result.realised, result.final_target) == (4, 0, 8)
        operations.set_target(indicator, rina, year=2025, value=None)
        assert indicator.targets.get().year == 2027

    def test_only_the_office_defines(self, sari: Person, budi: Person, sleman: Council) -> None:
        for person in (sari, budi):
            with pytest.raises(PermissionDenied):
                operations.define_indicator(sleman, person, objective="a", name="b", measure="trained", unit="IKM")

    def test_a_measure_that_does_not_exist_is_refused(self, rina: Person, sleman: Council) -> None:
        with pytest.raises(ValidationError):
            operations.define_indicator(sleman, rina, objective="a", name="b", measure="luck", unit="IKM")

    def test_the_suggestions_are_valid_indicators(self, rina: Person, sleman: Council) -> None:
        for fields in suggestions():
            assert fields["source"]
            operations.define_indicator(sleman, rina, **fields)
        assert Indicator.objects.count() == len(suggestions()) == 6


@pytest.mark.django_db
class TestPages:
    def test_from_a_figure_to_its_rows_in_three_clicks(
        self, signed_in: SignIn, rina: Person, sleman: Council, make_business: Callable[..., Business]
    ) -> None:
        business = make_business("Jahit Terhitung", nib="1234567890123")
        year = timezone.localdate().year
        office = signed_in(rina)
        office.post(f"/indikator/dewan/{sleman.pk}/mulai/")
        office.post(f"/indikator/dewan/{sleman.pk}/mulai/")  # again: nothing is doubled
        assert Indicator.objects.count() == 6
        indicator = Indicator.objects.get(measure="licensed_share")
        office.post(f"/indikator/{indicator.pk}/", {str(year): "80", str(year + 2): "87,5"})
        page = office.get("/indikator/").content.decode()
        assert "125" in page and "sangat baik" in page and "87,50" in page
        evidence = f"/indikator/{indicator.pk}/{year}/"
        assert evidence in page
        rows = office.get(evidence).content.decode()
        assert f"/ikm/{business.pk}/" in rows or str(business.pk) in rows
        assert "Jahit Terhitung" in rows

    def test_word_and_excel_hold_the_same_table(
        self, signed_in: SignIn, rina: Person, sleman: Council, make_business: Callable[..., Business]
    ) -> None:
        make_business("Jahit", nib="1234567890123")
        office = signed_in(rina)
        office.post(f"/indikator/dewan/{sleman.pk}/mulai/")
        word = Document(BytesIO(office.get("/indikator/?format=docx").content))
        [table] = word.tables
        sheet = load_workbook(BytesIO(office.get("/indikator/?format=xlsx").content)).active
        words = [[cell.text for cell in row.cells][:3] for row in table.rows]
        assert words == [[str(cell.value) for cell in row][:3] for row in sheet.iter_rows()]
        licensed = next(row for row in table.rows if row.cells[1].text == "IKM yang mempunyai NIB")
        assert licensed.cells[6].text == "100"

    @pytest.mark.parametrize("text", ["banyak", "1,250", "-3"])
    def test_a_target_that_is_no_number_is_asked_for_again(
        self, signed_in: SignIn, rina: Person, sleman: Council, text: str
    ) -> None:
        indicator = operations.define_indicator(sleman, rina, objective="a", name="b", measure="trained", unit="IKM")
        answer = signed_in(rina).post(f"/indikator/{indicator.pk}/", {str(timezone.localdate().year): text})
        assert answer.status_code == 422
        assert not indicator.targets.exists()

    def test_a_withdrawn_indicator_leaves_its_rows(
        self, signed_in: SignIn, rina: Person, sleman: Council, business: Business
    ) -> None:
        indicator = operations.define_indicator(sleman, rina, objective="a", name="b", measure="trained", unit="IKM")
        signed_in(rina).post(f"/indikator/{indicator.pk}/hapus/", {"yakin": "1"})
        assert not Indicator.objects.exists()
        assert Business.objects.filter(pk=business.pk).exists()
