"""The leader's monthly report as one PDF, rendered by typst. Texts are passed as JSON, never as part of the typst
source."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from sambang.access.models import Council
from sambang.insight.charts import series_svg
from sambang.insight.contributions import contributions_note
from sambang.insight.queries import AreaResult, CouncilOverview, IndustryResult
from sambang.insight.summary import NO_FIGURE, Summary
from sambang.lib import clock
from sambang.lib.months import month_name
from sambang.lib.templatetags.formatting import count, rupiah
from sambang.lib.typesetting import accessible_pdf
from sambang.papers.queries import letterhead_content

LEADER_TEMPLATE = Path(__file__).parent / "leader.typ"
MAX_INDUSTRIES = 10  # rows on paper


def leader_pdf(overview: CouncilOverview) -> bytes:
    """The report as A4 PDF/UA-1, with the same chart as the page."""
    summary = overview.summary
    chart = series_svg(summary.series.pk, "kertas", get_language() or "id") if summary and summary.latest else ""
    data = json.dumps(paper_context(overview), ensure_ascii=False)
    return accessible_pdf(LEADER_TEMPLATE, sys_inputs={"data": data, "chart": chart})


def paper_context(overview: CouncilOverview) -> dict[str, Any]:
    """The data of the template, as text in the reader's language."""
    done = overview.actions
    return {
        "language": (get_language() or "id")[:2],
        "council": overview.council.name,
        "letterhead": _letterhead(overview.council),
        "title": _("Laporan pembinaan IKM"),
        "month": month_name(overview.month),
        "printed": date_format(clock.today(), "j F Y"),
        "simulated": _("Simulasi: orang dan angka dalam laporan ini dibuat-buat.") if is_simulated(overview) else "",
        **production_context(overview.summary),
        "labels": labels(overview),
        "response": [
            overview.response or NO_FIGURE,
            _("IKM melapor %(month)s") % {"month": month_name(overview.month)},
        ],
        "heard": [[row.difficulty, count(row.businesses), count(row.aspirations)] for row in overview.difficulties],
        "actions": [
            [_("dijanjikan, belum lewat tenggat"), count(done.promised)],
            [_("lewat tenggat"), count(done.overdue)],
            [_("diklaim selesai, menunggu IKM"), count(done.claimed)],
            [_("dikonfirmasi IKM"), count(done.confirmed)],
            [
                _("jawaban IKM: sudah selesai"),
                _("%(solved)s dari %(asked)s")
                % {"solved": count(done.businesses_solved), "asked": count(done.businesses_asked)},
            ],
            [_("jawaban IKM: belum"), count(done.businesses_refused)],
            [_("anggaran tindakan"), rupiah(done.budget)],
            [_("belanja sampai sekarang"), rupiah(done.spent)],
        ],
        "unvisited": [
            [row.cluster, date_format(row.last, "j F Y") if row.last else _("belum pernah"), count(row.businesses)]
            for row in overview.unvisited
        ],
        "never_attended": _("%(count)s IKM belum pernah hadir pada kunjungan mana pun.")
        % {"count": count(overview.never_attended)},
        "places": [area_row(row) for row in overview.areas],
        "industries": [
            [
                row.name,
                recovery_text(row),
                row.recovery.interval_text,
                str(row.recovery.direction.label),
                row.response or NO_FIGURE,
            ]
            for row in _paper_industries(overview)
        ],
        "place_contributions": [[row.label, row.text] for row in overview.area_contributions],
        "industry_contributions": [[row.label, row.text] for row in overview.industry_contributions],
    }


def _paper_industries(overview: CouncilOverview) -> list[IndustryResult]:
    """The divisions alone where their groups would fill a page."""
    rows = overview.industries
    return rows if len(rows) <= MAX_INDUSTRIES else [row for row in rows if row.is_division]


def _letterhead(council: Council) -> dict[str, Any]:
    """`logo` as a list of bytes: typst receives its input as JSON."""
    head = letterhead_content(council, council.region_code)
    lines = (head.authority, head.council, "" if head.authority else head.region, head.address, head.contact)
    return {"logo": list(head.logo), "council": head.council, "lines": [line for line in lines if line]}


def is_simulated(overview: CouncilOverview) -> bool:
    return overview.council.is_simulated or (overview.summary is not None and overview.summary.is_simulated)


def production_context(summary: Summary | None) -> dict[str, Any]:
    if summary is None:
        return {"sentence": _("Indeks belum dihitung."), "figures": [], "computed": "", "notes": [], "alt": ""}
    series = summary.series
    figures = [
        [figure.label, figure.text, figure.change.interval_text, str(figure.change.direction.label)]
        for figure in summary.figures
    ]
    return {
        "sentence": summary.sentence,
        "figures": figures,
        "notes": [note for note in (summary.first_estimate_note, summary.reason) if note and summary.latest],
        "computed": _(
            "Dihitung %(day)s dari %(reports)s laporan. Interval 90%% untuk laporan yang tidak masuk; tidak "
            "mencakup jawaban yang keliru."
        )
        % {
            "day": date_format(timezone.localtime(series.run.computed_at), "j F Y H.i"),
            "reports": count(series.run.reports),
        },
        "alt": summary.sentence,
    }


def labels(overview: CouncilOverview) -> dict[str, str]:
    return {
        "production": _("Produksi"),
        "heard": _("Yang didengar"),
        "done": _("Yang dijanjikan dan dikerjakan"),
        "unvisited": _("Lama tidak dikunjungi"),
        "response": _("Yang melapor"),
        "places": _("Menurut kabupaten/kota") if overview.by_regency else _("Menurut sentra"),
        "industries": _("Menurut industri"),
        "industry": _("Industri"),
        "difficulty": _("Kesulitan"),
        "businesses": pgettext("many", "IKM"),
        "aspirations": _("Aspirasi"),
        "cluster": _("Sentra"),
        "last": _("Terakhir"),
        "place": _("Kabupaten/kota") if overview.by_regency else _("Sentra"),
        "recovery": overview.against,
        "interval": _("Interval 90%"),
        "word": _("Arti"),
        "reported": _("Melapor"),
        "open": _("Tindakan"),
        "nothing": _("Belum ada."),
        "page": _("Halaman"),
        "contributions": _("Yang menarik naik dan turun"),
        "points": _("Poin persen"),
        "contributions_note": contributions_note(),
    }


def recovery_text(row: AreaResult | IndustryResult) -> str:
    """The recovery, with its base period if that differs from the heading's."""
    return f"{row.recovery.percent_text} ({row.other_base})" if row.other_base else row.recovery.percent_text


def area_row(row: AreaResult) -> list[str]:
    change = row.recovery
    return [
        row.name,
        count(row.businesses),
        recovery_text(row),
        change.interval_text,
        str(change.direction.label),
        row.response or NO_FIGURE,
        count(row.aspirations),
        count(row.open_actions),
    ]
