from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation

from sambang.lib.forms import DayField, RupiahField, WholeNumberField, carried_out


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("", None),
        ("0", 0),
        ("2500000", 2_500_000),
        ("2.500.000", 2_500_000),
        (" Rp 2.500.000,- ", 2_500_000),
        ("rp.750.000,00", 750_000),
    ],
)
def test_rupiah_as_people_write_it(typed: str, amount: int | None) -> None:
    assert RupiahField(required=False).clean(typed) == amount


@pytest.mark.parametrize("typed", ["dua juta", "-5", "2,5", "2.50", "1.5000", "2.500.00", "9" * 16, "1e6", "٣"])
def test_no_rupiah(typed: str) -> None:
    with pytest.raises(forms.ValidationError, match="rupiah penuh"):
        RupiahField(required=False).clean(typed)


class NameForm(forms.Form):
    name = forms.CharField()


def test_a_refusal_stands_at_its_field_or_above_the_form() -> None:
    def refuse() -> None:
        raise ValidationError({"name": "Sudah ada.", "elsewhere": "Tertutup."})

    form = NameForm({"name": "x"})
    assert not carried_out(form, refuse)
    assert (form.errors["name"], form.non_field_errors()) == (["Sudah ada."], ["Tertutup."])


def test_a_wrong_form_does_nothing() -> None:
    done: list[int] = []

    def do() -> list[int]:
        done.append(1)
        return done

    assert carried_out(NameForm({}), do) is None
    assert carried_out(NameForm(), do) is None
    assert done == []
    assert carried_out(NameForm({"name": "x"}), do) is done
    assert done == [1]


@pytest.mark.parametrize("typed", ["0022-03-31", "0001-01-01", "9999-12-31", "31-03-0202"])
def test_a_year_that_is_a_slip_is_asked_about(typed: str) -> None:
    with pytest.raises(ValidationError, match="Periksa tahunnya"):
        DayField().clean(typed)


def test_what_has_happened_did_so_until_today() -> None:
    field = DayField(until_today=True, required=False)
    assert field.clean("2022-03-31") == date(2022, 3, 31)
    assert field.clean("") is None
    with pytest.raises(ValidationError, match="belum tiba"):
        field.clean("2190-01-01")


@pytest.mark.parametrize("typed", ["2022-03-31", "31-03-2022", "31/03/2022"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_a_day_means_the_same_in_every_language(typed: str, language: str) -> None:
    with translation.override(language):
        field = DayField()
        assert field.clean(typed) == date(2022, 3, 31)
        assert 'value="2022-03-31"' in field.widget.render("day", date(2022, 3, 31))


@pytest.mark.parametrize(("typed", "number"), [("", None), ("36", 36), ("1.200", 1200)])
def test_whole_numbers_as_people_write_them(typed: str, number: int | None) -> None:
    assert WholeNumberField(required=False).clean(typed) == number


@pytest.mark.parametrize("typed", ["Rp 36", "3,5", "-1", "tiga"])
def test_no_whole_number(typed: str) -> None:
    with pytest.raises(forms.ValidationError, match="angka bulat"):
        WholeNumberField(required=False).clean(typed)
