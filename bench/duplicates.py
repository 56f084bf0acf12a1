"""Record linkage in a made-up register of 11,000 IKM: the import's rules beside Fellegi-Sunter by splink.

    python -m bench.duplicates [--businesses 11000]

8 % of the IKM are entered twice, the second time by another clerk: names misspelt or shortened, NIK or telephone left
out or another one, address written otherwise. Some different owners share a name, a telephone or a business name.
Printed for each method: pairs found, precision, recall, seconds. Splink is not a dependency: it is measured where it
is installed (`uv pip install splink`). Writes bench/results/duplicates.md when all methods ran.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sambang.settings")
django.setup()

from sambang.imports.sheets.duplicates import find_duplicates  # noqa: E402 needs Django's settings
from sambang.imports.sheets.results import RegisterRow  # noqa: E402

RESULTS = Path(__file__).parent / "results" / "duplicates.md"
SHARE = 0.08
THRESHOLD = 0.9  # match probability from which splink's pair counts
FIRST = (
    "Siti Sri Nur Dwi Tri Eko Agus Budi Sutini Ngatini Wagiyem Tukiman Parjo Suminah Warsini Yuli Rina Wati Endah Heri"
)
LAST = "Lestari Rahayu Handayani Widodo Santoso Wibowo Hidayat Purnomo Utami Astuti Setiawan Nugroho Kusuma Suparman"
CRAFTS = "Batik Jahit Bordir Tahu Tempe Keripik Roti Mebel Gerabah Bambu Kulit Anyaman Jamu Kopi Gula Kaos"
VILLAGES = [f"Desa {name}{number}" for name in ("Sumber", "Tirto", "Wono", "Margo", "Sido") for number in range(1, 18)]
type Pairs = set[tuple[int, int]]


@dataclass(frozen=True)
class Score:
    name: str
    found: int
    precision: float
    recall: float
    seconds: float

    def __str__(self) -> str:
        return f"| {self.name} | {self.found:,} | {self.precision:.3f} | {self.recall:.3f} | {self.seconds:.1f} |"


def misspelt(text: str, rng: random.Random) -> str:
    at = rng.randrange(1, max(2, len(text) - 1))
    return rng.choice(
        [
            text[:at] + text[at + 1 :],
            text[:at] + text[at] + text[at:],
            text[: at - 1] + text[at : at + 1] + text[at - 1 : at] + text[at + 1 :],
            text.replace("Siti", "St.").replace("Nur", "Noor").replace("u", "oe", 1),
        ]
    )


def business(number: int, rng: random.Random) -> RegisterRow:
    craft, village = rng.choice(CRAFTS.split()), rng.choice(VILLAGES)
    first = rng.choice(FIRST.split())
    owner = f"{first} {rng.choice(LAST.split())}"
    name = rng.choice([f"{craft} {first}", f"{craft} {rng.choice(LAST.split())} Jaya", f"{craft} {owner}"])
    shared = rng.random() < 0.02  # the telephone of an officer or a kelompok
    phone = f"+62812{rng.randrange(40) if shared else number:07d}"
    return RegisterRow(
        sheet="IKM",
        row=number,
        name=name,
        owner=owner,
        nik=f"3404{rng.randrange(10**12):012d}" if rng.random() < 0.7 else None,
        phone=phone if rng.random() < 0.8 else None,
        address=f"Jl. {rng.choice(LAST.split())} {rng.randrange(1, 90)}",
        village=village,
        product=craft,
    )


def entered_again(row: RegisterRow, number: int, rng: random.Random) -> RegisterRow:
    return replace(
        row,
        row=number,
        name=misspelt(row.name, rng) if rng.random() < 0.4 else row.name,
        owner=misspelt(row.owner, rng) if rng.random() < 0.4 else row.owner,
        nik=row.nik if rng.random() < 0.5 else None,
        phone=rng.choice([row.phone, row.phone, None, f"+62857{number:07d}"]),
        address=row.address if rng.random() < 0.5 else f"{row.village} RT {rng.randrange(1, 9)}",
    )


def made_register(size: int, rng: random.Random) -> tuple[list[RegisterRow], Pairs]:
    originals = size - round(size * SHARE)
    rows = [business(number, rng) for number in range(originals)]
    doubled = rng.sample(range(originals), size - originals)
    rows += [entered_again(rows[of], originals + at, rng) for at, of in enumerate(doubled)]
    return rows, {(of, originals + at) for at, of in enumerate(doubled)}


def by_rules(rows: list[RegisterRow]) -> Pairs:
    """What an import joins or asks about."""
    _kept, pairs = find_duplicates(rows)
    return {(pair.first.row, pair.second.row) for pair in pairs}


def by_rules_joined(rows: list[RegisterRow]) -> Pairs:
    """What an import joins without a question."""
    _kept, pairs = find_duplicates(rows)
    return {(pair.first.row, pair.second.row) for pair in pairs if pair.certain}


def by_splink(rows: list[RegisterRow]) -> Pairs:
    import pandas as pd
    import splink.comparison_library as compare
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    columns = ("name", "owner", "nik", "phone", "address", "village", "product")
    table = pd.DataFrame([{"unique_id": row.row, **{name: getattr(row, name) for name in columns}} for row in rows])
    blocks = [block_on("nik"), block_on("phone"), block_on("village", "product"), block_on("owner")]
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            compare.JaroWinklerAtThresholds("name", [0.92, 0.8]),
            compare.JaroWinklerAtThresholds("owner", [0.92, 0.8]),
            compare.ExactMatch("nik"),
            compare.ExactMatch("phone"),
            compare.JaroWinklerAtThresholds("address", [0.9]),
            compare.ExactMatch("village").configure(term_frequency_adjustments=True),
            compare.ExactMatch("product"),
        ],
        blocking_rules_to_generate_predictions=blocks,
    )
    linker = Linker(DuckDBAPI().register(table), settings)
    linker.training.estimate_probability_two_random_records_match([block_on("nik")], recall=0.4)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("phone"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("village", "product"))
    found = linker.inference.predict(threshold_match_probability=THRESHOLD).as_pandas_dataframe()
    return {(min(one, other), max(one, other)) for one, other in zip(found.unique_id_l, found.unique_id_r, strict=True)}


METHODS: dict[str, Callable[[list[RegisterRow]], Pairs]] = {
    "rules, joined without a question": by_rules_joined,
    "rules, joined or asked": by_rules,
    f"Fellegi–Sunter by splink, probability ≥ {THRESHOLD}": by_splink,
}


def measured(name: str, rows: list[RegisterRow], truth: Pairs) -> Score:
    begun = time.process_time()
    found = METHODS[name](rows)
    seconds = time.process_time() - begun
    right = len(found & truth)
    return Score(name, len(found), right / max(1, len(found)), right / len(truth), seconds)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--businesses", type=int, default=11_000)
    options = parser.parse_args()
    rows, truth = made_register(options.businesses, random.Random(11))
    lines = ["| method | pairs | precision | recall | CPU seconds |", "|---|--:|--:|--:|--:|"]
    complete = True
    for name in METHODS:
        try:
            lines.append(str(measured(name, rows, truth)))
        except ImportError:
            complete = False
            lines.append(f"| {name} | not installed | | | |")
    print("\n".join(lines))
    if complete:
        heading = f"# Doubles in a made-up register\n\n{len(rows):,} rows, {len(truth):,} true pairs.\n\n"
        RESULTS.write_text(heading + "\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
