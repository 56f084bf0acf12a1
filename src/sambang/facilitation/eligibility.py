"""Whether an IKM meets a programme's rules. Each rule has three results, because *unknown* is not *no*.
`check_rule` is pure: it tests the kind and value of a Rule against a Profile. `assess_eligibility` combines the results
of all rules:
ELIGIBLE      every rule is met
INCOMPLETE    only permits, documents or statements are missing, which the office can help to obtain
UNKNOWN       no rule is failed, and an answer is needed first
NOT_ELIGIBLE  a rule that cannot be remedied is failed"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sambang.facilitation.models import VALUE_CHOICES, Rule
from sambang.lib.numbers import NumberError, format_grouped, read_integer
from sambang.lib.region_code import RegionCode
from sambang.registry.models import Business, Permit, Region
from sambang.registry.permit_expiry import is_valid_on
from sambang.registry.size_classes import SIZE_CLASSES, Law, size_by

Kind = Rule.Kind
MAX_LISTED_STATEMENTS = 2  # in a table


class Eligibility(models.TextChoices):
    ELIGIBLE = "eligible", gettext_lazy("memenuhi")
    INCOMPLETE = "incomplete", gettext_lazy("kurang syarat")
    UNKNOWN = "unknown", gettext_lazy("belum diketahui")
    NOT_ELIGIBLE = "not_eligible", gettext_lazy("tidak memenuhi")

    @property
    def badge(self) -> str:
        """The CSS class of the badge."""
        return {"eligible": "badge-good", "not_eligible": "badge-bad"}.get(self.value, "badge-warn")


@dataclass(frozen=True)
class Profile:
    """The data that rules test. None and "" mean *unknown*. `answers`: rule id → whether it was answered yes."""

    industry: str = ""
    products: tuple[str, ...] = ()
    workers: int | None = None
    annual_sales: int | None = None
    investment: int | None = None
    region: str = ""
    in_cluster: bool = False
    established: int | None = None
    owner_sex: str = ""
    permits: frozenset[str] = frozenset()
    answers: Mapping[UUID, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, business: Business, answers: Mapping[UUID, bool], *, today: date) -> Profile:
        """The profile of `business`, which has `permits`, `product_lines` and `industry` prefetched. Expired permits
        are ignored."""
        valid = {permit.kind for permit in business.permits.all() if is_valid_on(permit, today)}
        current = [line.name for line in business.product_lines.all() if line.ended_on is None]
        return cls(
            industry=business.industry.code if business.industry else "",
            products=tuple(text for text in (business.commodity, *current) if text),
            workers=business.workers,
            annual_sales=business.annual_sales,
            investment=business.investment,
            region=business.region_id,
            in_cluster=business.cluster_id is not None,
            established=business.established,
            owner_sex=business.owner_sex,
            permits=frozenset(valid | ({Permit.Kind.NIB.value} if business.nib else set())),
            answers=answers,
        )


@dataclass(frozen=True)
class Finding:
    """The result of one rule: met, not met or unknown (None), and a sentence to show unless it is met."""

    rule: Rule
    is_met: bool | None
    reason: str = ""


@dataclass(frozen=True)
class Assessment:
    eligibility: Eligibility
    findings: list[Finding]

    @property
    def open_findings(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.is_met is not True]

    @property
    def reasons(self) -> str:
        """One line for a table: the failed rules alone where they decide; else what is missing, then what is to be
        asked. Many statements are counted: they stand on the page of the IKM."""
        failed = [row for row in self.open_findings if row.is_met is False and row.rule.kind != Kind.DOCUMENT]
        if self.eligibility == Eligibility.NOT_ELIGIBLE:
            return "; ".join(row.reason for row in failed if row.rule.kind not in MENDABLE)
        return "; ".join([row.reason for row in failed] + self._missing_documents() + self._questions())

    def _missing_documents(self) -> list[str]:
        names = [row.rule.value for row in self.open_findings if row.rule.kind == Kind.DOCUMENT]
        return [_("kurang berkas: %(document)s") % {"document": ", ".join(names)}] if names else []

    def _questions(self) -> list[str]:
        unknown = [row for row in self.findings if row.is_met is None and row.rule.kind != Kind.DOCUMENT]
        statements = [row for row in unknown if row.rule.kind == Kind.STATEMENT]
        if len(statements) <= MAX_LISTED_STATEMENTS:
            return [row.reason for row in unknown]
        facts = [row.reason for row in unknown if row.rule.kind != Kind.STATEMENT]
        return [*facts, _("tanyakan %(n)d pernyataan") % {"n": len(statements)}]


def assess_eligibility(rules: Sequence[Rule], profile: Profile, *, year: int) -> Assessment:
    """`year` is that of the programme: an IKM's age is computed at its end."""
    findings = [check_rule(rule, profile, year=year) for rule in rules]
    failed = [finding for finding in findings if finding.is_met is False]
    if any(finding.rule.kind not in MENDABLE for finding in failed):
        eligibility = Eligibility.NOT_ELIGIBLE
    elif failed:
        eligibility = Eligibility.INCOMPLETE
    elif any(finding.is_met is None for finding in findings):
        eligibility = Eligibility.UNKNOWN
    else:
        eligibility = Eligibility.ELIGIBLE
    return Assessment(eligibility, findings)


def check_rule(rule: Rule, profile: Profile, *, year: int) -> Finding:
    is_met, reason = RULE_CHECKS[Kind(rule.kind)](rule, profile, year)
    return Finding(rule, is_met, "" if is_met else reason)


type Check = Callable[[Rule, Profile, int], tuple[bool | None, str]]

# What an IKM lacks but can obtain; a statement answered with *no* is final.
MENDABLE = frozenset({Kind.HAS_PERMIT, Kind.DOCUMENT})


def list_items(value: str) -> list[str]:
    """The items of a list in a rule's value, separated by commas or semicolons."""
    return [item for item in (" ".join(part.split()) for part in re.split(r"[,;]", value)) if item]


def _industry(rule: Rule, profile: Profile, year: int) -> tuple[bool | None, str]:
    if not profile.industry:
        return None, _("tanyakan KBLI")
    matches = profile.industry.startswith(tuple(list_items(rule.value)))
    return matches, _("KBLI %(code)s tidak termasuk %(allowed)s") % {"code": profile.industry, "allowed": rule.value}


def _product(rule: Rule, profile: Profile, year: int) -> tuple[bool | None, str]:
    if not profile.products:
        return None, _("tanyakan produknya")
    products = [f" {' '.join(re.findall(r'\w+', text.casefold()))} " for text in profile.products]
    matches = any(f" {item.casefold()} " in text for item in list_items(rule.value) for text in products)
    return matches, _("produknya bukan %(allowed)s") % {"allowed": rule.value}


def _class_name(label: Any) -> str:
    """A size class as stored in a rule: in Indonesian, independent of the page's language."""
    with translation.override("id"):
        return str(label).casefold()


def _size(law: Law) -> Check:
    def check(rule: Rule, profile: Profile, year: int) -> tuple[bool | None, str]:
        size = size_by(law, workers=profile.workers, investment=profile.investment, annual_sales=profile.annual_sales)
        if size.label is None:
            missing = ", ".join(str(title) for title in size.missing)
            return None, _("tanyakan %(facts)s") % {"facts": missing}
        return _class_name(size.label) in list_items(rule.value), _("skalanya %(size)s") % {"size": size.label}

    return check


def _at_most(column: str, title: Any) -> Check:
    def check(rule: Rule, profile: Profile, year: int) -> tuple[bool | None, str]:
        value = getattr(profile, column)
        if value is None:
            return None, _("tanyakan %(facts)s") % {"facts": title}
        return value <= int(rule.value), _("%(title)s lebih dari %(limit)s") % {
            "title": title,
            "limit": format_grouped(int(rule.value)),
        }

    return check


def _region(rule: Rule, profile: Profile, year: int) -> tuple[bool | None, str]:
    matches = any(RegionCode(code).contains(profile.region) for code in list_items(rule.value))
    return matches, _("di luar wilayah program")


def _in_cluster(rule: Rule, profile: Profile, year: int) -> tuple[bool | None, str]:
    return profile.in_cluster, _("bukan anggota sentra")


def _min_years(rule: Rule, profile: Profile, year: int) -> tuple[bool | None, str]:
    if profile.established is None:
        return None, _("tanyakan tahun berdiri")
    return year - profile.established >= int(rule.value), _("berdiri %(year)s: belum %(years)s tahun") % {
        "year": profile.established,
        "years": rule.value,
    }


def _owner_sex(rule: Rule, profile: Profile, year: int) -> tuple[bool | None, str]:
    if not profile.owner_sex:
        return None, _("tanyakan jenis kelamin pemilik")
    return profile.owner_sex == rule.value, _("pemilik bukan %(sex)s") % {"sex": rule.value_text}


def _has_permit(rule: Rule, profile: Profile, year: int) -> tuple[bool | None, str]:
    return rule.value in profile.permits, _("belum tercatat: %(permit)s") % {"permit": rule.value_text}


def _lacks_permit(rule: Rule, profile: Profile, year: int) -> tuple[bool | None, str]:
    return rule.value not in profile.permits, _("sudah punya %(permit)s") % {"permit": rule.value_text}


def _statement(rule: Rule, profile: Profile, year: int) -> tuple[bool | None, str]:
    answer = profile.answers.get(rule.pk)
    text = _("tanyakan: %(statement)s") if answer is None else _("menjawab tidak: %(statement)s")
    return answer, text % {"statement": rule.value}


def _document(rule: Rule, profile: Profile, year: int) -> tuple[bool | None, str]:
    return profile.answers.get(rule.pk, False), _("kurang berkas: %(document)s") % {"document": rule.value}


RULE_CHECKS: dict[Rule.Kind, Check] = {
    Kind.INDUSTRY: _industry,
    Kind.PRODUCT: _product,
    Kind.SIZE_UMKM: _size(Law.UMKM),
    Kind.SIZE_INDUSTRY: _size(Law.INDUSTRY),
    Kind.MAX_WORKERS: _at_most("workers", gettext_lazy("jumlah pekerja")),
    Kind.MAX_SALES: _at_most("annual_sales", gettext_lazy("nilai produksi setahun")),
    Kind.MAX_INVESTMENT: _at_most("investment", gettext_lazy("investasi")),
    Kind.REGION: _region,
    Kind.IN_CLUSTER: _in_cluster,
    Kind.MIN_YEARS: _min_years,
    Kind.OWNER_SEX: _owner_sex,
    Kind.HAS_PERMIT: _has_permit,
    Kind.LACKS_PERMIT: _lacks_permit,
    Kind.STATEMENT: _statement,
    Kind.DOCUMENT: _document,
}

# The format of `Rule.value`, and how a typed value is converted to it.
VALUE_HELP: dict[Rule.Kind, Any] = {
    Kind.INDUSTRY: gettext_lazy("awal kode KBLI, dipisah koma: 10, 11, 14111"),
    Kind.PRODUCT: gettext_lazy("kata produk, dipisah koma: keripik, kue kering"),
    Kind.SIZE_UMKM: gettext_lazy("mikro, kecil, menengah"),
    Kind.SIZE_INDUSTRY: gettext_lazy("industri kecil, industri menengah"),
    Kind.MAX_WORKERS: gettext_lazy("angka: 19"),
    Kind.MAX_SALES: gettext_lazy("rupiah: 15 miliar"),
    Kind.MAX_INVESTMENT: gettext_lazy("rupiah: 1 miliar"),
    Kind.REGION: gettext_lazy("kode wilayah, dipisah koma: 34.04"),
    Kind.IN_CLUSTER: gettext_lazy("biarkan kosong"),
    Kind.MIN_YEARS: gettext_lazy("angka: 1"),
    Kind.OWNER_SEX: gettext_lazy("perempuan atau laki-laki"),
    Kind.HAS_PERMIT: gettext_lazy("satu jenis izin: NIB"),
    Kind.LACKS_PERMIT: gettext_lazy("satu jenis izin: Halal"),
    Kind.STATEMENT: gettext_lazy("kalimat yang dijawab ya atau tidak"),
    Kind.DOCUMENT: gettext_lazy("nama berkas: fotokopi KTP"),
}


def clean_value(kind: str, text: str) -> str:
    """The stored form of a typed value. Raises ValidationError that describes the expected input."""
    text = " ".join(text.split())
    try:
        return _CLEANERS.get(Kind(kind), _free_text)(text)
    except (ValueError, NumberError, KeyError):
        hint = {"kind": Kind(kind).label, "hint": VALUE_HELP[Kind(kind)]}
        raise ValidationError({"value": _("%(kind)s: tulis %(hint)s.") % hint}) from None


def _free_text(text: str) -> str:
    if not text:
        raise ValueError(text)
    return text


def _items(text: str, allowed: Collection[str] | None = None) -> str:
    items = list_items(text)
    if not items or (allowed is not None and not {item.casefold() for item in items} <= set(allowed)):
        raise ValueError(text)
    return ", ".join(items if allowed is None else (item.casefold() for item in items))


def _industries(text: str) -> str:
    if not all(re.fullmatch(r"\d{2,5}", item) for item in list_items(text)):
        raise ValueError(text)
    return _items(text)


def _regions(text: str) -> str:
    codes = [code.replace(".", "") for code in list_items(text)]
    if not codes or Region.objects.filter(pk__in=codes).count() != len(set(codes)):
        raise ValueError(text)
    return ", ".join(codes)


def _choice(choices: type[models.TextChoices]) -> Callable[[str], str]:
    def clean(text: str) -> str:
        by_label = {str(choice.label).casefold(): choice.value for choice in choices}
        value = by_label.get(text.casefold(), text.casefold())
        return str(choices(value).value)

    return clean


def _labels(law: Law) -> frozenset[str]:
    return frozenset(_class_name(row.label) for row in SIZE_CLASSES if row.law == law)


_CLEANERS: dict[Rule.Kind, Callable[[str], str]] = {
    Kind.INDUSTRY: _industries,
    Kind.PRODUCT: _items,
    Kind.SIZE_UMKM: lambda text: _items(text, _labels(Law.UMKM)),
    Kind.SIZE_INDUSTRY: lambda text: _items(text, _labels(Law.INDUSTRY)),
    Kind.MAX_WORKERS: lambda text: str(read_integer(text)),
    Kind.MAX_SALES: lambda text: str(read_integer(text, money=True)),
    Kind.MAX_INVESTMENT: lambda text: str(read_integer(text, money=True)),
    Kind.REGION: _regions,
    Kind.IN_CLUSTER: lambda text: "",
    Kind.MIN_YEARS: lambda text: str(read_integer(text)),
    **{kind: _choice(choices) for kind, choices in VALUE_CHOICES.items()},
}
