"""A simulated report that is submitted to the office."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sambang.access.models import Person
from sambang.home.demo import simulation
from sambang.home.demo.clock import stop_clock_on
from sambang.production.amounts import Amount
from sambang.production.operations import submit_report
from sambang.registry.models import ProductLine


@dataclass(frozen=True)
class Sending:
    line: ProductLine
    officer: Person
    made: simulation.SimulatedMonth

    def submit(self) -> None:
        """Submit the report by `production.submit_report`, with the clock at its day of arrival."""
        amount = Amount(Decimal(self.made.quantity), self.made.value, f"{self.made.quantity} {self.line.unit}")
        with stop_clock_on(self.made.comes_on):
            submit_report(
                self.line.business,
                self.officer,
                month=self.made.month,
                amounts={self.line: amount},
                source="simulation",
            )
