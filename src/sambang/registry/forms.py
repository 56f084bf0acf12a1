"""Forms for sentra, IKM, products and permits. They validate input before operations receive it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Person
from sambang.lib import clock
from sambang.lib.edit_form import EditForm
from sambang.lib.forms import (
    ALL_OPTION,
    DayField,
    RupiahField,
    WholeNumberField,
    number_field,
    set_choices,
    set_queryset,
)
from sambang.lib.lists import ListFilterForm
from sambang.lib.region_code import in_region
from sambang.lib.search import every_word
from sambang.registry import queries
from sambang.registry.dto import EDITABLE_COLUMNS, BusinessData, ProductLineData, business_data
from sambang.registry.existence import EXISTENCE, in_state
from sambang.registry.id_numbers import clean_nib, clean_nik, clean_npwp, clean_phone
from sambang.registry.industry_field import IndustryField
from sambang.registry.models import Business, BusinessQuerySet, Cluster, Group, GroupMember, Permit, ProductLine, Region
from sambang.registry.owner_details import DetailSource, OwnerDetail, OwnerSex
from sambang.registry.permit_expiry import LABELS, NOTICE_DAYS, expires_within
from sambang.registry.personal_names import NameReader


class ClusterFilterForm(ListFilterForm):
    """A filter by sentra, for rows with a column `cluster`; forms of other lists add fields. `leave_out` names the
    fields that the list does not offer."""

    sentra = forms.ChoiceField(label=_("Sentra"), required=False)

    def __init__(self, person: Person, query: Any, *, leave_out: tuple[str, ...] = ()) -> None:
        super().__init__(query)
        self.person = person
        set_choices(self, "sentra", [ALL_OPTION, *queries.cluster_choices(person, query.get("sentra", ""))])
        for name in leave_out:
            del self.fields[name]

    def filter_sentra(self, rows: Any, cluster: str) -> Any:
        return rows.filter(cluster=cluster)


def search_field(label: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=forms.TextInput(attrs={"type": "search"}))


class ClusterListForm(ListFilterForm):
    cari = search_field(_("Cari nama, komoditas, desa"))
    kecamatan = forms.ChoiceField(label=_("Kecamatan/kapanewon"), required=False)

    def __init__(self, person: Person, query: Any) -> None:
        super().__init__(query)
        set_choices(self, "kecamatan", [ALL_OPTION, *queries.district_choices(person)])

    def filter_cari(self, rows: Any, text: str) -> Any:
        return rows.filter(every_word(text, "name", "commodity", "region__name"))

    def filter_kecamatan(self, rows: Any, code: str) -> Any:
        return rows.filter(in_region("region__code", code))


class BusinessListForm(ClusterFilterForm):
    lookups: ClassVar[Mapping[str, str]] = {"keadaan": "status"}
    cari = search_field(_("Cari nama, pemilik, jenis"))
    keadaan = forms.ChoiceField(label=_("Keadaan"), required=False, choices=[ALL_OPTION, *Business.Status.choices])
    kbli = forms.ChoiceField(label="KBLI", required=False)
    keberadaan = forms.ChoiceField(label=_("Keberadaan"), required=False, choices=[ALL_OPTION, *EXISTENCE.items()])
    field_order = ("cari", "sentra", "keadaan", "kbli", "keberadaan")
    orders: ClassVar = {
        "nama": (_("nama"), ("name",)),
        "sentra": (_("sentra"), ("cluster__name", "name")),
        "desa": (_("desa/kalurahan"), ("region__name", "name")),
        "pekerja": (_("pekerja terbanyak"), ("-workers", "name")),
        "terbaru": (_("terbaru didaftar"), ("-registered_at",)),
    }

    def __init__(self, person: Person, query: Any) -> None:
        super().__init__(person, query)
        set_choices(self, "kbli", [ALL_OPTION, *queries.industry_choices(person)])

    def filter_keberadaan(self, rows: BusinessQuerySet, state: str) -> QuerySet[Business]:
        return in_state(rows, state, today=clock.today())

    def filter_cari(self, rows: BusinessQuerySet, text: str) -> BusinessQuerySet:
        return rows.named(text, self.person)

    def filter_kbli(self, rows: BusinessQuerySet, key: str) -> BusinessQuerySet:
        version, _dash, code = key.partition("-")
        return rows.filter(industry__version=version, industry__code=code)


@dataclass(frozen=True)
class FormSection:
    """A part of a long form under a heading, rendered by lib/form.html like a form."""

    title: Any
    visible_fields: list[BoundField]
    hidden_fields: tuple[BoundField, ...] = ()
    non_field_errors: str = ""


def column_options(model: type[Any], name: str) -> dict[str, Any]:
    """Label, length and requiredness of a model's column for a form field."""
    column = model._meta.get_field(name)
    return {"label": column.verbose_name, "max_length": column.max_length, "required": not column.blank}


class ClusterForm(forms.Form):
    name = forms.CharField(**column_options(Cluster, "name"), help_text=_("Misalnya: Sentra Konveksi dan Bordir Joho."))
    commodity = forms.CharField(**column_options(Cluster, "commodity"), help_text=_("Misalnya: konveksi dan bordir."))
    place = forms.CharField(**column_options(Cluster, "place"))
    basis = forms.ChoiceField(label=_("Dasar penetapan"), choices=Cluster.Basis.choices, initial=Cluster.Basis.NONE)
    decree = forms.CharField(**column_options(Cluster, "decree"))
    since = WholeNumberField(label=_("Tahun berdiri"), required=False, min_value=1900, max_value=2100)
    head_name = forms.CharField(label=_("Nama ketua sentra"), max_length=120, required=False)


class ClusterChangeForm(EditForm, ClusterForm):
    story = forms.CharField(
        **column_options(Cluster, "story"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Tampil untuk umum di halaman sentra dalam katalog: siapa yang membuat, sejak kapan, dan dengan cara apa. "
            "Jangan tulis nomor HP atau alamat rumah."
        ),
    )
    story_en = forms.CharField(**column_options(Cluster, "story_en"), widget=forms.Textarea(attrs={"rows": 8}))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["head_name"]


class HeadForm(EditForm, forms.Form):
    business = forms.ModelChoiceField(
        Business.objects.none(), label=_("Pemilik IKM sentra ini"), required=False, empty_label=_("– bukan pemilik –")
    )
    name = forms.CharField(label=_("atau nama orang lain"), max_length=120, required=False)

    def __init__(self, *args: Any, cluster: Cluster, **options: Any) -> None:
        super().__init__(*args, **options)
        businesses = Business.objects.processable().filter(cluster=cluster)
        rows = businesses.select_related("owner").order_by("owner__name")
        set_queryset(self, "business", rows, label=lambda row: f"{row.owner.name} – {row.name}")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("business") and data.get("name"):
            raise ValidationError(_("Pilih pemilik IKM atau tulis nama lain, jangan keduanya."))
        return data


class GroupForm(EditForm, forms.Form):
    name = forms.CharField(**column_options(Group, "name"))
    decree_number = forms.CharField(**column_options(Group, "decree_number"))
    decree_issuer = forms.CharField(**column_options(Group, "decree_issuer"))
    decree_date = DayField(label=_("Tanggal SK"), required=False, until_today=True)


class OfficerForm(forms.Form):
    business = forms.ModelChoiceField(Business.objects.none(), label=_("IKM"), empty_label=_("– pilih –"))
    office = forms.ChoiceField(label=_("Jabatan"), choices=GroupMember.Office.choices, initial="member")
    day = DayField(label=_("Sejak"), required=False, until_today=True, help_text=_("Kosongkan untuk hari ini."))

    def __init__(self, *args: Any, cluster: Cluster, names: NameReader, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = cluster.businesses.select_related("owner").order_by("name")
        set_queryset(self, "business", rows, label=lambda row: f"{row.name} – {names.owner(row)}")


SECTIONS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (_("Usaha dan pemilik"), ("name", "owner_name", "owner_sex", "phone", "address", "region")),
    (_("Usaha apa"), ("industry", "commodity", "product", "unit", "marketing", "established", "status")),
    (_("Ukuran usaha"), ("workers_male", "workers_female", "workers", "investment", "investment_land", "annual_sales")),
    (_("Nomor resmi"), ("nik", "nib", "npwp")),
)
UNKNOWN_CHOICE = _("– belum diketahui –")
FIELD_OF = {"owner": "owner_name", "nik_encrypted": "nik"}  # the form's field for a column, where the names differ


class BusinessForm(EditForm, forms.Form):
    """A new IKM (`business` None) or an existing one. `guarded` names fields that the person may not see: they are left
    out. `village` is the village of a new IKM."""

    owner_name = forms.CharField(label=_("nama pemilik"), max_length=120)
    product = forms.CharField(label=_("produk utama"), max_length=120, required=False)
    unit = forms.CharField(
        label=_("satuan produk"), max_length=20, required=False, help_text=_("potong, stel, kodi, kg …")
    )
    nik = forms.CharField(
        label=_("NIK pemilik"),
        required=False,
        max_length=24,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    phone = forms.CharField(label=_("nomor HP/WA"), max_length=30, required=False)
    nib = forms.CharField(label="NIB", max_length=30, required=False)
    npwp = forms.CharField(label="NPWP", max_length=40, required=False)
    workers = WholeNumberField(
        required=False, label=_("jumlah pekerja"), help_text=_("Kosongkan bila kedua angka di atas terisi.")
    )
    investment = RupiahField(required=False, label=_("investasi tanpa tanah dan bangunan (Rp)"))
    investment_land = RupiahField(required=False, label=_("investasi tanah dan bangunan (Rp)"))
    annual_sales = RupiahField(required=False, label=_("nilai produksi setahun (Rp)"))

    def __init__(
        self,
        *args: Any,
        business: Business | None = None,
        village: Region | None = None,
        guarded: tuple[str, ...] = (),
    ) -> None:
        super().__init__(*args)
        self.business = business
        self.fields = {
            **(forms.fields_for_model(Business, EDITABLE_COLUMNS, formfield_callback=number_field) or {}),
            **self.fields,
            "industry": IndustryField(),
        }
        stored = business_data(business) if business else None
        if stored:
            self.initial = {name: getattr(stored, name) for name in (*EDITABLE_COLUMNS, "owner_name")}
            self.fields["nik"].help_text = _("Kosongkan bila tidak berubah: NIK yang tersimpan tidak ditampilkan.")
        region = business.region if business else village
        assert region is not None
        self._offer_regions(region)
        self._name_blank_choices()
        self._offer_states(stored)
        removed = {*guarded, *(("product", "unit") if business else ())}
        self.fields = {name: field for name, field in self.fields.items() if name not in removed}

    def _name_blank_choices(self) -> None:
        # Django's label of the blank choice is not translated into Indonesian.
        sex = self.fields["owner_sex"]
        self.fields["owner_sex"] = forms.ChoiceField(
            label=sex.label, required=False, choices=[("", UNKNOWN_CHOICE), *OwnerSex.choices]
        )

    def _offer_states(self, stored: BusinessData | None) -> None:
        if stored and stored.status == Business.Status.CLOSED:
            del self.fields["status"]  # reopening has its own button
            return
        choices = [choice for choice in Business.Status.choices if choice[0] != Business.Status.CLOSED]
        self.fields["status"] = forms.ChoiceField(label=_("keadaan"), choices=choices, initial="producing")

    def _offer_regions(self, region: Region) -> None:
        field = self.fields["region"]
        assert isinstance(field, forms.ModelChoiceField)
        # The villages of the same district.
        near = Region.objects.filter(parent=region.parent_id) if region.level == Region.Level.VILLAGE else None
        field.queryset = (near if near is not None else Region.objects.filter(pk=region.pk)).order_by("name")
        field.required = False
        field.empty_label = None
        self.initial["region"] = region

    def sections(self) -> list[FormSection]:
        sections = [(title, [self[name] for name in names if name in self.fields]) for title, names in SECTIONS]
        return [FormSection(title, fields) for title, fields in sections if fields]

    def clean_nik(self) -> str | None:
        return _checked(clean_nik, self.cleaned_data["nik"]) or None

    def clean_nib(self) -> str:
        return _checked(clean_nib, self.cleaned_data["nib"])

    def clean_npwp(self) -> str:
        return _checked(clean_npwp, self.cleaned_data["npwp"])

    def clean_phone(self) -> str:
        return _checked(clean_phone, self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if bool(data.get("product")) != bool(data.get("unit")):
            missing = "unit" if data.get("product") else "product"
            self.add_error(missing, _("Produk dan satuannya diisi bersama."))
        return data

    def new_business_data(self) -> BusinessData:
        data = {**self.cleaned_data, "region": self.cleaned_data.get("region") or self.initial["region"]}
        product, unit = data.pop("product", ""), data.pop("unit", "")
        lines = (ProductLineData(product, unit.lower(), annual_value=data.get("annual_sales")),) if product else ()
        return BusinessData(**data, product_lines=lines)

    def changed_business_data(self) -> BusinessData:
        """The stored data with the fields that this person changed, so that concurrent changes of others stay."""
        assert self.business is not None
        entered = {name: self.cleaned_data[name] for name in self.changed_data if name in self.cleaned_data}
        data = replace(business_data(self.business), **entered)
        both = data.workers_male is not None and data.workers_female is not None
        # The stored total must not contradict the new numbers of men and women.
        return replace(data, workers=None) if both and "workers" not in entered else data


def _checked(clean: Callable[[str], str], text: str) -> str:
    try:
        return clean(text)
    except ValueError as wrong:
        raise ValidationError(str(wrong)) from None


class NikForm(forms.Form):
    nik = forms.CharField(label=_("NIK"), max_length=24, widget=forms.TextInput(attrs={"inputmode": "numeric"}))

    def clean_nik(self) -> str:
        return _checked(clean_nik, self.cleaned_data["nik"])


class ProductLineForm(forms.Form):
    name = forms.CharField(**column_options(ProductLine, "name"))
    unit = forms.CharField(**column_options(ProductLine, "unit"), help_text=_("potong, stel, kodi, kg …"))
    capacity = WholeNumberField(required=False, label=_("kapasitas setahun (dalam satuan itu)"))
    annual_value = RupiahField(required=False, label=_("nilai produksi setahun (Rp)"))
    started_on = DayField(required=False, label=_("mulai dibuat"))


class PermitListForm(ListFilterForm):
    lookups: ClassVar[Mapping[str, str]] = {"jenis": "kind"}
    dalam = forms.TypedChoiceField(
        label=_("Waktu"), required=False, coerce=int, empty_value=None, choices=[ALL_OPTION, *LABELS.items()]
    )
    jenis = forms.ChoiceField(label=_("Izin"), required=False, choices=[ALL_OPTION, *Permit.Kind.choices])

    def narrow(self, rows: QuerySet[Permit]) -> QuerySet[Permit]:
        """Without a horizon the longest one, and those that have run out."""
        rows = super().narrow(rows)
        if not self.errors and self.cleaned_data["dalam"] is not None:
            return rows.filter(expires_within(self.cleaned_data["dalam"], clock.today()))
        return rows.filter(valid_until__lte=clock.today() + timedelta(days=max(NOTICE_DAYS)))

    def filter_dalam(self, rows: QuerySet[Permit], days: int) -> QuerySet[Permit]:
        return rows.filter(expires_within(days, clock.today()))


class PermitForm(forms.Form):
    kind = forms.ChoiceField(label=_("jenis izin"), choices=Permit.Kind.choices)
    number = forms.CharField(**column_options(Permit, "number"))
    issuer = forms.CharField(**column_options(Permit, "issuer"))
    issued_on = DayField(required=False, label=_("tanggal terbit"))
    valid_until = DayField(required=False, label=_("berlaku sampai"))
    source = forms.ChoiceField(label=_("sumber"), required=False, choices=[("", UNKNOWN_CHOICE), *DetailSource.choices])


class PermitChangeForm(EditForm, PermitForm):
    pass


class OwnerDetailForm(forms.Form):
    """A fact about the owner, chosen from the values of its kind."""

    value = forms.ChoiceField(label=_("isi keterangan"))
    as_of = DayField(label=_("per tanggal"), until_today=True)
    source = forms.ChoiceField(label=_("sumber"), choices=DetailSource.choices)

    def __init__(self, kind: OwnerDetail.Kind, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["value"] = forms.ChoiceField(label=kind.label, choices=OwnerDetail.VALUES[kind].choices)


class DayForm(forms.Form):
    day = DayField(label=_("Tanggal"), until_today=True)


class MoveForm(forms.Form):
    cluster = forms.ModelChoiceField(
        Cluster.objects.none(), label=_("Sentra"), required=False, empty_label=_("– di luar sentra –")
    )

    def __init__(self, *args: Any, clusters: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        set_queryset(self, "cluster", clusters)
