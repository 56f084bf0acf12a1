from __future__ import annotations

import importlib
import pkgutil
import re
from datetime import date
from pathlib import Path

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation

import sambang
from sambang.lib.forms import DayField, RupiahField, UnitPriceField, WholeNumberField, number_field, run_operation
from sambang.market.models import Item
from sambang.registry.models import Business


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("", None),
        ("0", 0),
        ("2500000", 2_500_000),
        ("2.500.000", 2_500_000),
        (" Rp 2.500.000,- ", 2_500_000),
        ("rp.750.000,00", 750_000),
        ("2,5 juta", 2_500_000),
    ],
)
def test_rupiah_as_people_write_it(typed: str, amount: int | None) -> None:
    assert RupiahField(required=False).clean(typed) == amount


@pytest.mark.parametrize(
    "typed", ["dua atau tiga juta", "-5", "2,5", "2.50", "1.5000", "2.500.00", "9" * 16, "1e6", "٣"]
)
def test_no_rupiah(typed: str) -> None:
    with pytest.raises(forms.ValidationError, match="rupiah penuh"):
        RupiahField(required=False).clean(typed)


class NameForm(forms.Form):
    name = forms.CharField()


def test_a_refusal_stands_at_its_field_or_above_the_form() -> None:
    def refuse() -> None:
        raise ValidationError({"name": "Sudah ada.", "elsewhere": "Tertutup."})

    form = NameForm({"name": "x"})
    assert not run_operation(form, refuse)
    assert (form.errors["name"], form.non_field_errors()) == (["Sudah ada."], ["Tertutup."])


def test_a_wrong_form_does_nothing() -> None:
    done: list[int] = []

    def do() -> list[int]:
        done.append(1)
        return done

    assert run_operation(NameForm({}), do) is None
    assert run_operation(NameForm(), do) is None
    assert done == []
    assert run_operation(NameForm({"name": "x"}), do) is done
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


@pytest.mark.parametrize("typed", ["Rp 36", "3,5", "-1", "tiga empat"])
def test_no_whole_number(typed: str) -> None:
    with pytest.raises(forms.ValidationError, match="angka bulat"):
        WholeNumberField(required=False).clean(typed)


@pytest.mark.parametrize("typed", ["0.500", "1,250"])
@pytest.mark.parametrize("field", [WholeNumberField(), RupiahField()])
def test_a_number_with_two_readings_is_asked_about(field: WholeNumberField, typed: str) -> None:
    with pytest.raises(ValidationError, match="dapat berarti"):
        field.clean(typed)


def test_limits_are_said() -> None:
    field = WholeNumberField(min_value=1, max_value=100, units={"%"})
    assert field.clean("20 %") == 20
    for typed in ("0", "101"):
        with pytest.raises(ValidationError):
            field.clean(typed)


def test_a_number_is_shown_as_it_may_be_typed_again() -> None:
    class PriceForm(forms.Form):
        price = RupiahField()

    form = PriceForm({"price": "350.000"}, initial={"price": 350_000})
    assert 'value="350.000"' in str(PriceForm(initial={"price": 350_000})["price"])
    assert form.is_valid()
    assert not form.has_changed()
    assert form.cleaned_data == {"price": 350_000}


RAW = (forms.IntegerField, forms.DecimalField, forms.FloatField)


def raw_number_fields(form: type[forms.BaseForm]) -> list[str]:
    """Fields of a form that read numbers in Django's way, which takes "350.000" for 350."""
    return [
        f"{form.__module__}.{form.__qualname__}.{name}"
        for name, field in form.base_fields.items()
        if isinstance(field, RAW) or isinstance(field.widget, forms.NumberInput)
    ]


def forms_of_the_project() -> list[type[forms.BaseForm]]:
    for module in pkgutil.walk_packages(sambang.__path__, "sambang."):
        if module.name.rpartition(".")[2] == "forms" or ".forms." in module.name or ".views" in module.name:
            importlib.import_module(module.name)
    known: list[type[forms.BaseForm]] = [forms.BaseForm]
    for form in known:
        known += [one for one in form.__subclasses__() if one not in known]
    return [form for form in known if form.__module__.startswith("sambang.")]


def test_no_form_has_a_number_field_of_django() -> None:
    found = forms_of_the_project()
    assert len(found) > 40
    assert [name for form in found for name in raw_number_fields(form)] == []
    for model in (Business, Item):
        fields = forms.fields_for_model(model, formfield_callback=number_field) or {}
        assert [name for name, field in fields.items() if isinstance(field, RAW)] == []


def test_the_search_for_raw_fields_sees_them() -> None:
    class Raw(forms.Form):
        whole = forms.IntegerField()
        part = forms.DecimalField()
        typed = forms.CharField(widget=forms.NumberInput)
        right = WholeNumberField()

    assert [name.rpartition(".")[2] for name in raw_number_fields(Raw)] == ["whole", "part", "typed"]
    raw = forms.modelform_factory(Item, fields=["price"])
    assert len(raw_number_fields(raw)) == 1


def test_no_code_names_a_number_field_of_django() -> None:
    named = re.compile(r"forms\.(IntegerField|DecimalField|FloatField|NumberInput)|type=[\"']number")
    source = Path(sambang.__file__).parent
    files = [path for kind in ("*.py", "*.html", "*.js") for path in source.rglob(kind)]
    assert len(files) > 300
    assert [str(path.relative_to(source)) for path in files if named.search(path.read_text(encoding="utf-8"))] == []
    assert named.search("forms.IntegerField()")


def test_models_in_forms_use_the_number_field() -> None:
    source = Path(sambang.__file__).parent
    makes = re.compile(r"forms\.ModelForm|fields_for_model|modelform_factory")
    files = [path for path in source.rglob("*.py") if makes.search(path.read_text(encoding="utf-8"))]
    assert files
    assert [path.name for path in files if "formfield_callback" not in path.read_text(encoding="utf-8")] == []


def test_every_day_of_a_form_is_read_by_the_one_field() -> None:
    """A raw DateField takes the year 2062 and the format of the server's language only."""
    source = Path(sambang.__file__).parent
    raw = re.compile(r"= forms\.DateField\(")
    assert raw.search("until = forms.DateField()")
    assert [path.name for path in source.rglob("*.py") if raw.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("field", [RupiahField(), UnitPriceField()])
def test_the_complaint_shows_the_example_of_the_field(field: RupiahField) -> None:
    with pytest.raises(ValidationError, match=field.example):
        field.clean("1.250,5 kg")
    assert field.widget.attrs["placeholder"] == field.example
