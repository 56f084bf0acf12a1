"""The list of IKM: one table of columns for the page and its files."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse

from sambang.access.models import Person
from sambang.registry import business_columns
from sambang.registry.business_columns import COLUMNS, PAGE_COLUMNS, BusinessColumn
from sambang.registry.models import Business
from sambang.registry.templatetags.business_columns import cell
from tests.registry.test_pages import Enter


@pytest.mark.django_db
def test_each_column_is_on_the_page_or_in_the_files(
    signed_in: Enter, sari: Person, make_business: Callable[..., Business]
) -> None:
    make_business("Mekar", workers=1250)
    listed = reverse("registry:business_list")
    page = signed_in(sari).get(listed).content.decode()
    assert PAGE_COLUMNS
    for column in PAGE_COLUMNS:
        assert f'<th class="number">{column.page_heading}</th>' in page
        assert f'data-label="{column.page_heading}">1.250<' in page
    heading = b"".join(signed_in(sari).get(listed, {"format": "csv"})).decode("utf-8-sig").splitlines()[0]
    assert heading == ",".join(str(column.heading) for column in COLUMNS)


def test_a_cell_without_a_value_is_a_dash() -> None:
    column = BusinessColumn("marketing", "Pemasaran", page_heading="Pemasaran")
    assert [cell(Business(marketing=text), column) for text in ("lokal", "")] == ["lokal", "–"]
    assert [cell(Business(workers=number), PAGE_COLUMNS[0]) for number in (None, 0)] == ["–", "0"]


def test_no_guarded_column_is_put_on_the_page() -> None:
    guarded = [column for column in business_columns.COLUMNS if column.verb]
    assert {"phone", "annual_sales"} <= {column.path for column in guarded}
    for column in guarded:
        with pytest.raises(TypeError):
            BusinessColumn(column.path, column.heading, page_heading=column.heading)
