"""What an owner is shown, and what the office sees of the links."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count, islice

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.crypto import salted_hmac

from sambang.access.models import Person
from sambang.actions.models import Action, Confirmation
from sambang.aspirations.models import Aspiration, Matter
from sambang.lib.months import add_months, months_between
from sambang.lib.tokens import digest_of
from sambang.owners.models import PersonalLink
from sambang.production.models import Report
from sambang.production.queries import LINES, expected, has_reported, lines_of
from sambang.registry.models import Business, Cluster, active_business

MONTHS_SHOWN = 12
CODES = 5  # that serve at one time: a sheet of them lasts where there is no signal to renew it


def link_of(token: str) -> PersonalLink | None:
    """The link, living or not, that this token belongs to."""
    digest = digest_of(token)
    link = PersonalLink.objects.filter(digest=digest).first()
    return link if link is not None and hmac.compare_digest(link.digest, digest) else None


def code_of(link: PersonalLink, number: int) -> str:
    """Six digits by which the owner answers once on an officer's phone: of this link, so they end with it."""
    seal = salted_hmac("sambang.owners.code", f"{link.pk}\n{link.digest}\n{number}", algorithm="sha256").digest()
    return f"{int.from_bytes(seal[:8]) % 1_000_000:06d}"


def used_numbers(link: PersonalLink) -> set[int]:
    return set(link.used_codes.values_list("number", flat=True))


def valid_numbers(used: set[int]) -> list[int]:
    """The lowest that were not used. So a sheet that was written down stays right until each of it is used, also by a
    phone that comes in weeks later."""
    return list(islice((number for number in count(1) if number not in used), CODES))


def codes_of(link: PersonalLink) -> list[str]:
    """The codes that still serve, in the order in which the owner should use them up."""
    return [code_of(link, number) for number in valid_numbers(used_numbers(link))]


@dataclass(frozen=True)
class Code:
    """One of the codes of a living link; `is_spent`: it was used before."""

    link: PersonalLink
    number: int
    is_used: bool


def find_code(business: Business, code: str, *, now: datetime) -> Code | None:
    """Which of the codes of this IKM's living link it is. In the same time for every wrong one; who asks counts the
    wrong ones (`tries.count_wrong_code`) and asks no more after `too_many_codes`. Holds the link until the transaction
    ends, so that of two who bring one code one only finds it unused."""
    links = PersonalLink.objects.active(now=now).filter(business=business, business__owner__is_active=True)
    found = None
    for link in links.select_for_update(of=("self",)):
        used = used_numbers(link)
        for number in sorted(used) + valid_numbers(used):
            if hmac.compare_digest(code_of(link, number).encode(), code.strip().encode()):
                found = Code(link, number, number in used)
    return found


def to_answer(business: Business) -> QuerySet[Confirmation]:
    """Of this one business, though its owner may have several: the link opens one."""
    return (
        Confirmation.objects.visible_to(business.owner)
        .to_answer()
        .filter(business=business)
        .select_related("action__matter")
        .order_by("asked_at")
    )


@dataclass(frozen=True)
class Month:
    month: date
    report: Report | None


def months_of(business: Business, *, last: date) -> list[Month]:
    """The last twelve months, newest first, each with its report or None."""
    first = add_months(last, 1 - MONTHS_SHOWN)
    rows = Report.objects.visible_to(business.owner).latest_version().filter(business=business, month__gte=first)
    held = {report.month: report for report in rows.prefetch_related(LINES)}
    return [Month(month, held.get(month)) for month in reversed(list(months_between(first, last)))]


def has_lines(business: Business, month: date) -> bool:
    return bool(lines_of(business, month))


def own_words(business: Business) -> QuerySet[Aspiration]:
    return (
        Aspiration.objects.visible_to(business.owner)
        .filter(business=business)
        .select_related("matter")
        .order_by("-raised_at")
    )


def asked_by_the_sentra(business: Business) -> QuerySet[Matter]:
    """What became of what the whole sentra asked. Everybody in a sentra may know what it asked and what was promised,
    but not who said what: titles, numbers and states only. (So this read starts from the sentra, not from the rows that
    the owner raised.)"""
    actions = Prefetch("actions", Action.objects.with_answers().order_by("due_on"), to_attr="done_about_it")
    return (
        Matter.objects.filter(cluster__in=Cluster.objects.visible_to(business.owner), cluster=business.cluster_id)
        .annotate(raised=Count("aspirations__business", distinct=True))
        .prefetch_related(actions)
        .order_by("-opened_at")
    )


def promised_without_matter(business: Business) -> QuerySet[Action]:
    """What was promised to the sentra on a visit and belongs to no matter."""
    return (
        Action.objects.filter(
            cluster__in=Cluster.objects.visible_to(business.owner), cluster=business.cluster_id, matter=None
        )
        .with_answers()
        .order_by("due_on")
    )


def reporting(person: Person, cluster: Cluster, month: date) -> QuerySet[Business]:
    """Who of the sentra should report the month, each with `came`."""
    rows = expected(person, month).filter(cluster=cluster)
    return rows.annotate(came=has_reported(month)).select_related("owner").order_by("came", "name")


def with_links(person: Person, cluster: Cluster, *, month: date) -> QuerySet[Business]:
    """The open IKM of a sentra, each with its newest link (`link_id`, `link_ends`, `link_used`, `link_revoked`) and
    whether it reported the month (`came`)."""
    newest = PersonalLink.objects.filter(business=OuterRef("pk")).order_by("-made_at")
    return (
        Business.objects.visible_to(person)
        .active()
        .in_cluster(cluster)
        .annotate(
            link_id=Subquery(newest.values("pk")[:1]),
            link_ends=Subquery(newest.values("expires_at")[:1]),
            link_revoked=Subquery(newest.values("revoked_at")[:1]),
            link_used=Subquery(newest.values("last_used_at")[:1]),
            came=has_reported(month),
        )
        .select_related("owner")
        .order_by("name", "pk")
    )


def without_active_link(person: Person, cluster: Cluster, *, now: datetime) -> QuerySet[Business]:
    active = PersonalLink.objects.active(now=now).values("business")
    rows = Business.objects.visible_to(person).active().in_cluster(cluster)
    return rows.exclude(pk__in=active).select_related("owner").order_by("name", "pk")


def clusters_with_links(person: Person, *, now: datetime) -> QuerySet[Cluster]:
    """Every sentra in reach with the number of its open IKM (`size`) and of those with a living link (`linked`)."""
    active = active_business("businesses__")
    valid = Q(businesses__personal_links__revoked_at=None, businesses__personal_links__expires_at__gt=now)
    return (
        Cluster.objects.visible_to(person)
        .annotate(
            size=Count("businesses", filter=active, distinct=True),
            linked=Count("businesses", filter=active & valid, distinct=True),
        )
        .select_related("region")
        .order_by("name")
    )
