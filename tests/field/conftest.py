"""The fixtures of the intake, whose items the officer's app sends."""

from tests.intake.conftest import claimed, new_phone, phone, picture, report_february, visit

__all__ = ["claimed", "new_phone", "phone", "picture", "report_february", "visit"]
