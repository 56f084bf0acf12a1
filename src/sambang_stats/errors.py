"""Errors of the engine's input, as a code with parameters; ``messages`` has the sentences."""

from __future__ import annotations

from enum import StrEnum


class TableName(StrEnum):
    """The input table that contains the error."""

    REPORTS = "reports"
    UNITS = "units"
    SERIES = "series"
    TREATMENT = "treatment"


class Problem(StrEnum):
    """Codes of errors. The params of each are the placeholders of its sentence in ``messages``."""

    # tables and their columns
    MISSING_COLUMNS = "missing_columns"
    MISSING_COLUMN = "missing_column"
    EMPTY_CELL = "empty_cell"
    NOT_A_NUMBER = "not_a_number"
    NUMBER_TOO_LARGE = "number_too_large"
    NEGATIVE_NUMBER = "negative_number"
    MIXED_DECIMAL_MARKS = "mixed_decimal_marks"
    AMBIGUOUS_THOUSANDS = "ambiguous_thousands"
    EMPTY_MONTH = "empty_month"
    UNKNOWN_MONTH = "unknown_month"
    UNKNOWN_MONTH_IN_COLUMN = "unknown_month_in_column"
    REPEATED_HEADING = "repeated_heading"
    # reports and units
    NO_REPORTS = "no_reports"
    NO_QUANTITIES = "no_quantities"
    DUPLICATE_REPORT = "duplicate_report"
    UNKNOWN_UNIT = "unknown_unit"
    DUPLICATE_UNIT = "duplicate_unit"
    END_BEFORE_START = "end_before_start"
    UNKNOWN_REGION = "unknown_region"
    UNKNOWN_INDUSTRY = "unknown_industry"
    UNKNOWN_ASKED = "unknown_asked"
    NOBODY_ASKED = "nobody_asked"
    PANEL_TOO_SMALL = "panel_too_small"
    VOLUME_TOO_LARGE = "volume_too_large"
    BASE_OUTSIDE_REPORTS = "base_outside_reports"
    PERIOD_ENDS_BEFORE_START = "period_ends_before_start"
    # stored links and the ledger
    UNLINKED_REPORTS = "unlinked_reports"
    LINKS_OF_OTHER_REPORTS = "links_of_other_reports"
    MISSING_PRICE = "missing_price"
    INVALID_QUANTITY = "invalid_quantity"
    NO_REPORT_TO_WITHDRAW = "no_report_to_withdraw"
    REPORT_AFTER_CLOSURE = "report_after_closure"
    # effects of a treatment
    DUPLICATE_PERIOD = "duplicate_period"
    SEVERAL_FIRST_TREATED = "several_first_treated"
    SEVERAL_CLUSTERS = "several_clusters"
    NOBODY_TREATED = "nobody_treated"
    NO_COMPARISON = "no_comparison"
    NO_PERIOD_AFTER = "no_period_after"
    # regional measures
    MISSING_INDUSTRIES_BEFORE = "missing_industries_before"
    DIFFERENT_LENGTHS = "different_lengths"
    NO_POSITIVE_TOTAL = "no_positive_total"
    # files and options of the commands
    MISSING_FILE = "missing_file"
    EMPTY_FILE = "empty_file"
    UNREADABLE_FILE = "unreadable_file"
    WRONG_NUMBER_OF_CELLS = "wrong_number_of_cells"
    WORKBOOK_FILE = "workbook_file"
    UTF16_FILE = "utf16_file"
    NOT_UTF8_FILE = "not_utf8_file"
    MISSING_FOLDER = "missing_folder"
    SPARK_NOT_INSTALLED = "spark_not_installed"
    UNITS_REQUIRED = "units_required"
    UNKNOWN_AGGREGATE = "unknown_aggregate"
    EMPTY_SERIES = "empty_series"
    DUPLICATE_MONTH = "duplicate_month"
    EMPTY_PANEL = "empty_panel"
    UNKNOWN_PERIOD = "unknown_period"
    NEGATIVE_ANTICIPATION = "negative_anticipation"
    SIZE_OR_WIDTH = "size_or_width"
    SHARE_OUT_OF_RANGE = "share_out_of_range"


class PanelError(ValueError):
    """The input cannot be computed. ``code`` gives the reason; ``params`` are names and numbers for its sentence."""

    def __init__(self, code: Problem, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        return f"{self.code} {self.params}" if self.params else str(self.code)
