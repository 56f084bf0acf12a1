"""The council's yearly report for the Rakerda, as an official paper: sentences, tables and a chart from figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sambang.access.models import Council, Person
from sambang.access.reader import reader_for
from sambang.actions.models import Action, Confirmation
from sambang.aspirations.difficulties import difficulty_codes
from sambang.aspirations.models import Aspiration
from sambang.indicators.document import cell_text
from sambang.indicators.queries import IndicatorResult, results
from sambang.insight.charts import chart_jpeg
from sambang.insight.contributions import GrowthContribution, contributions_note
from sambang.insight.queries import council_overview
from sambang.lib import clock
from sambang.lib.templatetags.formatting import count, rupiah
from sambang.papers.blocks import (
    Block,
    Chart,
    Heading,
    PaperContent,
    Signatures,
    TableBlock,
    Text,
)
from sambang.papers.models import Signer
from sambang.papers.queries import letterhead_content, signature_of
from sambang.visits.models import Attendance, Visit, attended_visit, took_place

MAX_DIFFICULTIES = 6


def annual_report(council: Council, person: Person, year: int, signer: Signer | None) -> PaperContent:
    """`signer` None: the name is left to be written."""
    head = letterhead_content(council, council.region_code)
    today = clock.today()
    blocks: list[Block] = [
        *_visit_blocks(council, person, year),
        *_aspiration_blocks(council, person, year),
        *_action_blocks(council, person, year, today),
        *_production_blocks(council, person, year),
        *_indicator_blocks(results(person, council, year), year),
    ]
    place_and_date = f"{head.town or council.name}, {date_format(today, 'j F Y')}"
    return PaperContent(
        title=_("Laporan tahunan pembinaan IKM"),
        letterhead=head,
        subject=_("%(council)s, tahun %(year)s") % {"council": council.name, "year": year},
        blocks=[
            Text(_("Tahun %(year)s, dihitung %(day)s.") % {"year": year, "day": date_format(today, "j F Y")}),
            *blocks,
            Signatures(place_and_date, (None, signature_of(signer))),
        ],
        dated_at=clock.now(),
        is_simulated=council.is_simulated,
    )


def _rows[M: (Visit, Attendance, Aspiration, Action, Confirmation)](
    model: type[M], person: Person, council: Council
) -> QuerySet[M]:
    return reader_for(person).visible_within(model._default_manager.all(), council.region_code)


def _visit_blocks(council: Council, person: Person, year: int) -> list[Block]:
    visits = _rows(Visit, person, council).filter(took_place(), held_on__year=year)
    attended = _rows(Attendance, person, council).filter(attended_visit(), visit__held_on__year=year)
    counts = {
        "visits": count(visits.count()),
        "clusters": count(visits.exclude(cluster=None).values("cluster").distinct().count()),
        "businesses": count(attended.values("business").distinct().count()),
    }
    if not visits.exists():
        sentence = _("Tidak ada kunjungan yang tercatat.")
    else:
        sentence = _("%(visits)s kunjungan ke %(clusters)s sentra; %(businesses)s IKM hadir.") % counts
    return [Heading(_("Kunjungan")), Text(sentence)]


def _aspiration_blocks(council: Council, person: Person, year: int) -> list[Block]:
    rows = _rows(Aspiration, person, council).filter(raised_at__year=year)
    raised = rows.values("difficulty").annotate(many=Count("pk"), businesses=Count("business", distinct=True))
    difficulties = list(raised.order_by("-businesses", "-many", "difficulty"))
    heading = Heading(_("Yang didengar"))
    if not difficulties:
        return [heading, Text(_("Tidak ada aspirasi yang tercatat."))]
    total = {"aspirations": count(rows.count()), "businesses": count(rows.values("business").distinct().count())}
    sentence = _("%(aspirations)s aspirasi dari %(businesses)s IKM.") % total
    if len(difficulties) > MAX_DIFFICULTIES:
        sentence += " " + _("Tabel ini memuat %(count)d kesulitan teratas.") % {"count": MAX_DIFFICULTIES}
    codes = difficulty_codes(on=date(year, 12, 31))
    table = TableBlock(
        (_("Kesulitan"), _("IKM"), _("Aspirasi")),
        tuple(
            (codes[row["difficulty"]].label, count(row["businesses"]), count(row["many"]))
            for row in difficulties[:MAX_DIFFICULTIES]
        ),
        (4, 1, 1),
    )
    return [heading, Text(sentence), table]


def _action_blocks(council: Council, person: Person, year: int, today: date) -> list[Block]:
    """Actions promised in the year with their present state, as confirmed by the IKM."""
    rows = _rows(Action, person, council).filter(created_at__year=year)
    heading = Heading(_("Yang dijanjikan dan dikerjakan"))
    if not rows.exists():
        return [heading, Text(_("Tidak ada tindakan yang dijanjikan."))]
    states = rows.aggregate(
        promised=Count("pk"),
        confirmed=Count("pk", filter=Q(state=Action.State.CONFIRMED)),
        claimed=Count("pk", filter=Q(state=Action.State.CLAIMED)),
        late=Count("pk", filter=Q(state__in=Action.OPEN_STATES, due_on__lt=today)),
        dropped=Count("pk", filter=Q(state=Action.State.DROPPED)),
        budgeted=Count("pk", filter=Q(budget__isnull=False)),
        budget=Sum("budget"),
        accounted=Count("pk", filter=Q(spent__isnull=False)),
        spent=Sum("spent"),
    )
    answers = _rows(Confirmation, person, council).filter(action__in=rows.values("pk"))
    answered = answers.aggregate(
        asked=Count("pk"),
        solved=Count("pk", filter=Q(answer=Confirmation.Answer.SOLVED)),
        refused=Count("pk", filter=Q(answer=Confirmation.Answer.NOT_SOLVED)),
        waiting=Count("pk", filter=Q(answer=Confirmation.Answer.WAITING)),
    )
    table = TableBlock(
        (_("Tindakan"), _("Banyaknya")),
        (
            (_("dijanjikan dalam tahun itu"), count(states["promised"])),
            (_("di antaranya dikonfirmasi IKM"), count(states["confirmed"])),
            (_("di antaranya diklaim selesai, menunggu IKM"), count(states["claimed"])),
            (_("di antaranya lewat tenggat"), count(states["late"])),
            (_("di antaranya dihentikan"), count(states["dropped"])),
        ),
        (4, 1),
    )
    money = _(
        "Anggaran %(budget)s pada %(budgeted)s tindakan; belanja sampai sekarang %(spent)s pada %(accounted)s tindakan."
    ) % {
        "budget": rupiah(states["budget"] or 0),
        "budgeted": count(states["budgeted"]),
        "spent": rupiah(states["spent"] or 0),
        "accounted": count(states["accounted"]),
    }
    sentence = _(
        "%(asked)s pertanyaan kepada IKM: %(solved)s dijawab sudah beres, %(refused)s dijawab belum, %(waiting)s belum "
        "dijawab."
    ) % {name: count(many) for name, many in answered.items()}
    return [heading, Text(sentence), Text(money), table]


def _production_blocks(council: Council, person: Person, year: int) -> list[Block]:
    """The sentence of the results page, and only where its latest month is in the year."""
    heading = Heading(_("Produksi"))
    overview = council_overview(council, person, today=clock.today())
    summary = overview.summary
    if summary is None:
        return [heading, Text(_("Indeks belum dihitung."))]
    if summary.latest is None or summary.latest.month.year != year:
        return [heading, Text(_("Tidak ada indeks yang berakhir pada tahun %(year)s.") % {"year": year})]
    notes = [note for note in (summary.first_estimate_note, summary.reason) if note]
    return [
        heading,
        Text("\n".join([summary.sentence, *notes])),
        Chart(chart_jpeg(summary.series.pk), summary.sentence),
        *_contribution_blocks(_("Kabupaten/kota") if overview.by_regency else _("Sentra"), overview.area_contributions),
        *_contribution_blocks(_("Industri"), overview.industry_contributions),
    ]


def _contribution_blocks(name: str, contributions: Sequence[GrowthContribution]) -> list[Block]:
    if not contributions:
        return []
    rows = tuple((row.label, row.text) for row in contributions)
    return [
        Text(_("Yang menarik naik dan turun") + ". " + contributions_note()),
        TableBlock((name, _("Poin persen")), rows, (4, 1)),
    ]


def _indicator_blocks(rows: list[IndicatorResult], year: int) -> list[Block]:
    heading = Heading(_("Indikator kinerja"))
    if not rows:
        return [heading, Text(_("Belum ada indikator yang ditetapkan."))]
    table = TableBlock(
        (_("Indikator"), _("Satuan"), str(year - 1), _("Target"), _("Realisasi"), _("Capaian (%)")),
        tuple(
            (
                row.indicator.name,
                row.indicator.unit,
                *map(cell_text, (row.before, row.target, row.realised, row.achievement)),
            )
            for row in rows
        ),
        (5, 2, 2, 2, 2, 2),
    )
    return [heading, table]
