"""The kinds of rows with a withdrawal and a restore page: URL part → model and operations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse

from sambang.access.models import Person
from sambang.access.permissions import may_somewhere
from sambang.access.reader import reader_for
from sambang.actions.attachments import restore_attachment, withdraw_attachment
from sambang.actions.models import Attachment
from sambang.aspirations.models import Aspiration, Comment, Idea
from sambang.aspirations.operations import restore_contribution, withdraw_contribution
from sambang.audit.withdrawal import Withdrawable, restorable
from sambang.market.mapping_operations import restore_mapping, withdraw_mapping
from sambang.market.models import MarketplaceMapping, Picture
from sambang.market.operations import restore_picture, withdraw_picture
from sambang.registry.models import Cluster, Group, Permit
from sambang.registry.operations import restore_entry, withdraw_entry
from sambang.training.models import Course, Enrolment, LadderStep, Session
from sambang.training.operations import restore_training, withdraw_training
from sambang.visits.corrections import restore_visit, withdraw_visit
from sambang.visits.models import Visit

MAX_ROWS_OF_KIND = 100  # rows of one kind


@dataclass(frozen=True)
class WithdrawableKind:
    model: type[Withdrawable]
    room: str  # its verbs are `<room>.withdraw` and `<room>.restore`
    others: str  # verb that allows restoring rows withdrawn by others
    withdraw: Callable[..., Withdrawable]
    restore: Callable[..., Withdrawable]
    address: Callable[[Any], str]  # of the page that shows the row


def _matter(row: Comment | Idea) -> str:
    return reverse("aspirations:matter_detail", args=[row.matter_id])


def _visit(row: Aspiration) -> str:
    if row.visit_id is None:
        return reverse("aspirations:aspiration_board")
    return reverse("aspirations:visit_record", args=[row.visit_id, row.business_id])


def _course(row: Session | Enrolment) -> str:
    return reverse("training:course_detail", args=[row.course_id])


def _training(model: type[Withdrawable], address: Callable[[Any], str]) -> WithdrawableKind:
    return WithdrawableKind(model, "training", "training.restore", withdraw_training, restore_training, address)


def _entry(model: type[Withdrawable], address: Callable[[Any], str]) -> WithdrawableKind:
    return WithdrawableKind(model, "registry", "registry.restore", withdraw_entry, restore_entry, address)


WITHDRAWABLE_KINDS: dict[str, WithdrawableKind] = {
    "sentra": _entry(Cluster, lambda row: reverse("registry:cluster_detail", args=[row.pk])),
    "kelompok": _entry(Group, lambda row: reverse("registry:group_detail", args=[row.pk])),
    "izin": _entry(Permit, lambda row: reverse("registry:business_detail", args=[row.business_id])),
    "kunjungan": WithdrawableKind(
        Visit,
        "visits",
        "visits.restore",
        withdraw_visit,
        restore_visit,
        lambda row: reverse("visits:visit_detail", args=[row.pk]),
    ),
    "aspirasi": WithdrawableKind(
        Aspiration, "aspirations", "aspirations.group", withdraw_contribution, restore_contribution, _visit
    ),
    "pendapat": WithdrawableKind(
        Comment, "aspirations", "aspirations.group", withdraw_contribution, restore_contribution, _matter
    ),
    "gagasan": WithdrawableKind(
        Idea, "aspirations", "aspirations.group", withdraw_contribution, restore_contribution, _matter
    ),
    "lampiran": WithdrawableKind(
        Attachment,
        "actions",
        "actions.record_spent",
        withdraw_attachment,
        restore_attachment,
        lambda row: reverse("actions:action_detail", args=[row.action_id]),
    ),
    "pelatihan": _training(Course, lambda _row: reverse("training:course_list")),
    "pertemuan": _training(Session, _course),
    "peserta": _training(Enrolment, _course),
    "tangga": _training(LadderStep, lambda row: reverse("training:ladder_detail", args=[row.business_id])),
    "gambar": WithdrawableKind(
        Picture,
        "market",
        "market.restore",
        withdraw_picture,
        restore_picture,
        lambda row: reverse("market:item_change", args=[row.item_id]),
    ),
    "pemetaan": WithdrawableKind(
        MarketplaceMapping,
        "market",
        "market.restore",
        withdraw_mapping,
        restore_mapping,
        lambda _row: reverse("market:mapping_list"),
    ),
}


def withdrawn_rows(person: Person) -> list[tuple[str, WithdrawableKind, Any]]:
    """(word, kind, row), newest first: rows that the person withdrew in the last thirty days and, with the
    `others` verb, rows withdrawn by others."""
    reader = reader_for(person)
    rows: list[tuple[str, WithdrawableKind, Any]] = []
    for word, kind in WITHDRAWABLE_KINDS.items():
        readable = Q(withdrawn_by=person)
        if may_somewhere(person, kind.others):
            readable |= reader.in_own_regency(kind.model)
        withdrawn = restorable(kind.model).visible_to(person).filter(readable).select_related("withdrawn_by")
        rows += [(word, kind, row) for row in withdrawn.order_by("-withdrawn_at")[:MAX_ROWS_OF_KIND]]
    return sorted(rows, key=lambda one: one[2].withdrawn_at, reverse=True)
