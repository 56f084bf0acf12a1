"""The leader's monthly report as blocks of an official paper, for Word, from `leader_report.paper_context`."""

from __future__ import annotations

from collections.abc import Sequence

from sambang.insight.charts import chart_jpeg
from sambang.insight.leader_report import paper_context
from sambang.insight.queries import CouncilOverview
from sambang.lib import clock
from sambang.papers.blocks import Block, Chart, Heading, PaperContent, TableBlock, Text
from sambang.papers.queries import letterhead_content

PLACE_COLUMNS = ("place", "businesses", "recovery", "interval", "word", "reported", "aspirations", "open")
FIGURES, PLACES = (5, 2, 2, 3), (6, 2, 3, 4, 3, 4, 3, 4)  # widths of columns
INDUSTRY_COLUMNS = ("industry", "recovery", "interval", "word", "reported")


def leader_paper(overview: CouncilOverview) -> PaperContent:
    data = paper_context(overview)
    labels, summary = data["labels"], overview.summary
    blocks: list[Block] = [Text(data["simulated"])] if data["simulated"] else []
    blocks += [Heading(labels["production"]), Text("\n".join([data["sentence"], *data["notes"]]))]
    if data["figures"]:
        blocks.append(
            _table(("", labels["production"], labels["interval"], labels["word"]), data["figures"], FIGURES, data)
        )
    if summary and summary.latest:
        blocks += [Chart(chart_jpeg(summary.series.pk), data["alt"]), Text(data["computed"])]
    blocks += [
        Heading(labels["heard"]),
        _table((labels["difficulty"], labels["businesses"], labels["aspirations"]), data["heard"], (4, 1, 1), data),
        Heading(labels["done"]),
        _table((labels["done"], ""), data["actions"], (4, 1), data),
        Heading(labels["response"]),
        Text(" ".join(data["response"])),
        Heading(labels["unvisited"]),
        _table((labels["cluster"], labels["last"], labels["businesses"]), data["unvisited"], (4, 2, 1), data),
        Text(data["never_attended"]),
        Heading(labels["places"]),
        _table(tuple(labels[name] for name in PLACE_COLUMNS), data["places"], PLACES, data),
    ]
    if data["industries"]:
        heads = tuple(labels[name] for name in INDUSTRY_COLUMNS)
        blocks += [Heading(labels["industries"]), _table(heads, data["industries"], (6, 3, 3, 3, 3), data)]
    return PaperContent(
        title=data["title"],
        letterhead=letterhead_content(overview.council, overview.council.region_code),
        subject=f"{data['council']}, {data['month']}",
        blocks=blocks,
        dated_at=clock.now(),
        is_simulated=bool(data["simulated"]),
    )


def _table(
    headings: tuple[str, ...], rows: Sequence[Sequence[str]], widths: tuple[int, ...], data: dict[str, dict[str, str]]
) -> Block:
    if not rows:
        return Text(data["labels"]["nothing"])
    return TableBlock(headings, tuple(tuple(row) for row in rows), widths)
