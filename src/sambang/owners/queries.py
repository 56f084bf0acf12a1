"""Queries of the owner's pages and of the council's pages about personal links."""

from __future__ import annotations

import hmac
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count, islice

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext

from sambang.access.councils import nearest_councils
from sambang.access.models import Council, Person
from sambang.access.reader import reader_for
from sambang.actions.models import Action, Confirmation
from sambang.aspirations.models import Aspiration, Matter
from sambang.lib import clock
from sambang.lib.months import add_months, first_of_month, months_between
from sambang.lib.region_code import in_region
from sambang.lib.tokens import digest_of
from sambang.owners.models import PersonalLink
from sambang.owners.own_figures import FigureChange, figure_changes
from sambang.production.models import Report
from sambang.production.panels import is_asked
from sambang.production.queries import (
    PREFETCH_LINES,
    businesses_expected_to_report,
    has_reported,
    product_lines_made_in_month,
)
from sambang.registry.models import Business, Cluster, active_business, processable_business

MONTHS_SHOWN = 12
CHANGES_PERIOD = timedelta(days=45)  # on the first page
CODES_AT_A_TIME = 5  # valid at one time: enough for a sheet of paper where there is no network


def link_of(token: str) -> PersonalLink | None:
    """The link of a token, active or not."""
    return PersonalLink.objects.filter(digest=digest_of(token)).first()


def code_of(link: PersonalLink, number: int) -> str:
    """A six-digit code with which the owner confirms once on an officer's phone. It ends with its link."""
    seal = salted_hmac("sambang.owners.code", f"{link.pk}\n{link.digest}\n{number}", algorithm="sha256").digest()
    return f"{int.from_bytes(seal[:8]) % 1_000_000:06d}"


def used_numbers(link: PersonalLink) -> set[int]:
    return set(link.used_codes.values_list("number", flat=True))


def valid_numbers(used: set[int]) -> list[int]:
    """The lowest unused numbers: codes on paper stay valid until used, also on a phone that syncs weeks later."""
    return list(islice((number for number in count(1) if number not in used), CODES_AT_A_TIME))


def codes_of(link: PersonalLink) -> list[str]:
    """The valid codes, in the order in which the owner should use them."""
    return [code_of(link, number) for number in valid_numbers(used_numbers(link))]


@dataclass(frozen=True)
class Code:
    """A code of an active link."""

    link: PersonalLink
    number: int
    is_used: bool


def find_code(business: Business, code: str, *, now: datetime) -> Code | None:
    """The code of this IKM's active link that equals `code`, compared in constant time.

    The caller counts wrong codes (`rate_limit.count_wrong_code`) and stops after `too_many_codes`. Locks the link until
    the transaction ends, so that a code used twice at once is accepted once."""
    links = PersonalLink.objects.active(now=now).filter(business=business, business__owner__is_active=True)
    matching = None
    for link in links.select_for_update(of=("self",)):
        used = used_numbers(link)
        for number in sorted(used) + valid_numbers(used):
            if hmac.compare_digest(code_of(link, number).encode(), code.strip().encode()):
                matching = Code(link, number, number in used)
    return matching


def pending_confirmations_of(business: Business) -> QuerySet[Confirmation]:
    """Unanswered confirmations of this business: the link opens one business, though its owner may have several."""
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
    changes: list[FigureChange]

    @property
    def is_own(self) -> bool:
        """Did the owner write the latest version?"""
        return self.report is None or self.report.source == Report.Source.OWNER


def months_of(business: Business, *, last: date) -> list[Month]:
    """The last twelve months, newest first, each with its report or None."""
    first = add_months(last, 1 - MONTHS_SHOWN)
    rows = Report.objects.visible_to(business.owner).latest_version().filter(business=business, month__gte=first)
    by_month = {report.month: report for report in rows.select_related("by").prefetch_related(PREFETCH_LINES)}
    months = list(reversed(list(months_between(first, last))))
    changes = figure_changes(business, months)
    return [Month(month, by_month.get(month), changes.get(month, [])) for month in months]


def states_of_aspirations(business: Business) -> list[tuple[str, int]]:
    """The number of the owner's aspirations by state."""
    waiting = gettext("didengar, menunggu dibahas")
    states = (row.matter.get_state_display() if row.matter else waiting for row in own_aspirations(business))
    return list(Counter(map(str, states)).items())


def recent_changes(business: Business, *, now: datetime) -> list[FigureChange]:
    """Figures that somebody else changed lately and the owner has not written since, newest first."""
    months = list(months_between(add_months(first_of_month(now.date()), 1 - MONTHS_SHOWN), now.date()))
    newest = [changes[0] for changes in figure_changes(business, months).values()]
    lately = [one for one in newest if not one.by_owner and one.at > now - CHANGES_PERIOD]
    return sorted(lately, key=lambda one: one.at, reverse=True)


def has_lines(business: Business, month: date) -> bool:
    return bool(product_lines_made_in_month(business, month))


def own_aspirations(business: Business) -> QuerySet[Aspiration]:
    return (
        Aspiration.objects.visible_to(business.owner)
        .filter(business=business)
        .select_related("matter")
        .order_by("-raised_at")
    )


def matters_of_cluster(business: Business) -> QuerySet[Matter]:
    """Matters of the owner's sentra with their actions, as titles, counts and states. Every member of a sentra may know
    its matters and actions, but not who raised them."""
    actions = Prefetch("actions", Action.objects.with_answers().order_by("due_on"), to_attr="done_about_it")
    if business.cluster_id is None:
        rows = Matter.objects.filter(pk__in=Aspiration.objects.filter(business=business).values("matter"))
    else:
        rows = Matter.objects.in_cluster(business.cluster_id)
    return (
        rows.annotate(raised=Count("aspirations__business", filter=Q(aspirations__withdrawn_at=None), distinct=True))
        .prefetch_related(actions)
        .order_by("-opened_at")
    )


def actions_without_matter(business: Business) -> QuerySet[Action]:
    """Actions that belong to no matter: promised to the owner's sentra, or to an IKM outside any on its visit."""
    if business.cluster_id is None:
        rows = Action.objects.filter(cluster=None, visit__business=business)
    else:
        clusters = Cluster.objects.visible_to(business.owner)
        rows = Action.objects.filter(cluster__in=clusters, cluster=business.cluster_id)
    return rows.filter(matter=None).with_answers().order_by("due_on")


def previous_month() -> date:
    """The month that reports are expected for now."""
    return add_months(first_of_month(clock.today()), -1)


def reporting_status(person: Person, cluster: Cluster, month: date) -> QuerySet[Business]:
    """IKM of the sentra that are expected to report the month, each with `reported`, `recorded_here` (by the person, as
    head of the sentra), and of its active link `has_link`, `link_sent` and `link_used`."""
    rows = businesses_expected_to_report(person, month).filter(cluster=cluster, restricted_at=None)
    active = PersonalLink.objects.active(now=clock.now()).filter(business=OuterRef("pk"))
    recorded = Report.objects.latest_version().filter(
        business=OuterRef("pk"), month=month, source=Report.Source.HEAD, by=person
    )
    rows = rows.annotate(
        reported=has_reported(month),
        recorded_here=Exists(recorded),
        has_link=Exists(active),
        link_sent=Subquery(active.values("sent_at")[:1]),
        link_used=Subquery(active.values("last_used_at")[:1]),
    )
    return rows.select_related("owner").order_by("reported", "name")


def businesses_with_links(person: Person, cluster: Cluster, *, month: date) -> QuerySet[Business]:
    """Open IKM of a sentra, each with its newest link (`link_id`, `link_ends`, `link_used`, `link_revoked`) and
    `reported` and `asked`: has it reported the month, and is it asked to?"""
    newest = PersonalLink.objects.filter(business=OuterRef("pk")).order_by("-created_at")
    return (
        Business.objects.visible_to(person)
        .active()
        .filter(cluster=cluster)
        .annotate(
            link_id=Subquery(newest.values("pk")[:1]),
            link_ends=Subquery(newest.values("expires_at")[:1]),
            link_revoked=Subquery(newest.values("revoked_at")[:1]),
            link_used=Subquery(newest.values("last_used_at")[:1]),
            link_sent=Subquery(newest.values("sent_at")[:1]),
            reported=has_reported(month),
            asked=ExpressionWrapper(is_asked(), BooleanField()),
        )
        .select_related("owner")
        .order_by("name", "pk")
    )


def questions_to_answer(person: Person) -> QuerySet[Confirmation]:
    """The questions about claimed actions without an answer, of the IKM whose owner may be written to; `has_link`: the
    owner has an active link to answer by."""
    rows = Confirmation.objects.visible_to(person).filter(reader_for(person).in_own_regency(Confirmation)).to_answer()
    rows = rows.filter(processable_business("business__"))
    link = PersonalLink.objects.active(now=clock.now()).filter(business=OuterRef("business"))
    return (
        rows.annotate(has_link=Exists(link))
        .select_related("business__owner", "action")
        .order_by("business__name", "pk")
    )


def of_cluster_or_council(within: Cluster | Council, path: str = "") -> Q:
    """Condition on IKM (at the end of `path`): of the sentra, or of the council's region outside any."""
    if isinstance(within, Cluster):
        return Q(**{f"{path}cluster": within})
    return Q(**{f"{path}cluster": None}) & in_region(f"{path}region__code", within.region_code)


def businesses_without_active_link(person: Person, within: Cluster | Council, *, now: datetime) -> QuerySet[Business]:
    active = PersonalLink.objects.active(now=now).values("business")
    rows = Business.objects.visible_to(person).processable().filter(of_cluster_or_council(within))
    return rows.exclude(pk__in=active).select_related("owner").order_by("name", "pk")


def links_of(person: Person, within: Cluster | Council, *, now: datetime) -> QuerySet[PersonalLink]:
    """The active links with owner and used codes, in the order of the names of the IKM."""
    rows = PersonalLink.objects.visible_to(person).active(now=now).filter(of_cluster_or_council(within, "business__"))
    rows = rows.filter(active_business("business__"))
    return rows.select_related("business__owner").prefetch_related("used_codes").order_by("business__name", "pk")


def council_name(region: str) -> str:
    """The nearest council's name, for papers."""
    return str(next(iter(nearest_councils(region)), "Sambang"))


def count_missing(person: Person, council: Council, *, now: datetime) -> int:
    """Number of open IKM of the council without an active link."""
    rows = Business.objects.visible_to(person).active().filter(in_region("region__code", council.region_code))
    return rows.exclude(pk__in=PersonalLink.objects.active(now=now).values("business")).count()


def clusters_with_links(person: Person, *, now: datetime) -> QuerySet[Cluster]:
    """Sentra within reach, each with its number of open IKM (`size`) and of those with an active link (`linked`)."""
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
