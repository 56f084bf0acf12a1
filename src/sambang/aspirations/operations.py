"""Operations on aspirations and matters: record, correct, group, comment, propose ideas, vote, choose, set aside."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TypedDict, Unpack
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.access.permissions import may, new_id
from sambang.aspirations.models import Aspiration, Comment, Idea, Matter, Vote
from sambang.aspirations.states import State, change_state
from sambang.audit.operation import operation
from sambang.audit.withdrawal import mark_restored, mark_withdrawn
from sambang.lib import clock
from sambang.lib.bulk_sql import insert_new_rows
from sambang.lib.region_code import RegionCode
from sambang.registry.models import Business, Cluster
from sambang.visits.models import Visit
from sambang.visits.operations import require_of_visit
from sambang.visits.states import lock_open_visit

MOVABLE = frozenset({State.HEARD, State.DISCUSSED})  # states in which a grouping can be changed
# These related rows were just read, so full_clean need not query them.
PREFETCHED_ASPIRATION = frozenset({"id", "business", "visit", "matter", "noted_by"})


class NoteDetails(TypedDict, total=False):
    also_touches: str
    id: UUID | None  # idempotency key from the device
    raised_at: datetime  # if earlier than now


@operation("aspirations.note")
def note_aspiration(
    business: Business,
    by: Person,
    /,
    *,
    kind: str,
    text: str,
    difficulty: str,
    visit: Visit | None = None,
    **details: Unpack[NoteDetails],
) -> Aspiration:
    """Record what one IKM said, in its own words. Submitted twice with the same `id` it is stored once.

    Raises ValidationError for a visit to another sentra, or one that is not open.
    """
    id = details.get("id")
    if visit is not None:
        lock_open_visit(visit)
        require_of_visit(visit, business, recorded_at=details.get("raised_at"))
    aspiration = Aspiration(
        id=id or new_id(),
        business=business,
        visit=visit,
        kind=kind,
        text=text.strip(),
        difficulty=difficulty,
        also_touches=details.get("also_touches", "").strip(),
        noted_by=by,
        raised_at=details.get("raised_at") or clock.now(),
    )
    aspiration.full_clean(exclude=PREFETCHED_ASPIRATION, validate_unique=False, validate_constraints=False)
    if insert_new_rows([aspiration]):
        return aspiration
    existing = Aspiration._base_manager.filter(pk=aspiration.pk).first()  # also one that was withdrawn since
    # None: row security on PostgreSQL hides rows outside the person's reach.
    if existing is None or existing.business_id != business.pk:
        raise ValidationError(_("Nomor pengenal itu sudah dipakai IKM lain."), code="unique")
    return existing


@operation("aspirations.correct")
def correct_aspiration(
    aspiration: Aspiration, by: Person, /, *, text: str, kind: str, difficulty: str, also_touches: str = ""
) -> Aspiration:
    """Correct an aspiration of a visit that is not signed off. Raises ValidationError."""
    _require_draft(aspiration)
    values = {"text": text.strip(), "kind": kind, "difficulty": difficulty, "also_touches": also_touches.strip()}
    if all(getattr(aspiration, name) == value for name, value in values.items()):
        raise ValidationError(_("Tidak ada yang diubah."), code="unchanged")
    for name, value in values.items():
        setattr(aspiration, name, value)
    aspiration.full_clean()
    aspiration.save(update_fields=list(values))
    return aspiration


def _require_draft(aspiration: Aspiration) -> None:
    """Lock its visit. Raises ValidationError if that is not open, or if the IKM wrote the text itself."""
    if aspiration.visit is None:
        raise ValidationError(
            _("IKM sendiri yang menulis ini lewat tautannya: kata-katanya tidak diubah orang lain."), code="own_words"
        )
    lock_open_visit(aspiration.visit)
    aspiration.refresh_from_db(from_queryset=Aspiration.objects.select_for_update())


def _require_no_action(aspiration: Aspiration) -> Matter | None:
    """Lock and return its matter. Raises ValidationError when the matter has an action: its IKM will be asked to
    confirm it."""
    matter = aspiration.matter
    if matter is None:
        return None
    _lock(matter)
    if matter.state not in MOVABLE | {State.SET_ASIDE} or matter.actions.exists():
        raise ValidationError(
            _("Pokok bahasan “%(title)s” sudah ditindaklanjuti: aspirasi di dalamnya tetap di sana."),
            code="already_acted",
            params={"title": matter.title},
        )
    return matter


def _set_aside_if_empty(matter: Matter | None) -> None:
    if matter is not None and matter.state != State.SET_ASIDE and not matter.aspirations.exists():
        change_state(matter, State.SET_ASIDE, because=_("Tidak ada lagi aspirasi di dalamnya."))


@operation("aspirations.group")
def group_aspirations(
    place: Cluster | Business,
    by: Person,
    /,
    *,
    aspirations: Collection[Aspiration],
    title: str,
    difficulty: str,
    matter: Matter | None = None,
) -> Matter:
    """Group aspirations of one regency in a new matter, opened in a sentra or by an IKM outside any (`place`), or in
    `matter`, which gets the given title and difficulty.

    A given matter also takes aspirations of another matter without actions; one that becomes empty is set aside. A
    matter that was set aside is reopened. Raises ValidationError.
    """
    if matter is not None:
        _lock(matter)
    regency = RegionCode(place.region_id).regency
    _require_target(regency, matter)
    _require_groupable(regency, aspirations, matter)
    sources = list(Matter.objects.filter(aspirations__in=aspirations).distinct())
    if matter is None:
        matter = Matter(
            region_id=place.region_id,
            cluster=place if isinstance(place, Cluster) else place.cluster,
            title=title.strip(),
            difficulty=difficulty,
            is_simulated=place.is_simulated,
        )
        matter.full_clean()
        matter.save(force_insert=True)
    else:
        matter.title, matter.difficulty = title.strip(), difficulty
        matter.full_clean()
        matter.save(update_fields=["title", "difficulty"])
        if matter.state == State.SET_ASIDE:
            change_state(matter, State.HEARD)
    for aspiration in aspirations:
        aspiration.matter = matter
        aspiration.save(update_fields=["matter"])
    for source in sources:
        if source != matter and not source.aspirations.exists():
            because = _("Disatukan ke “%(title)s”.") % {"title": matter.title}
            change_state(source, State.SET_ASIDE, because=because)
    return matter


def _require_target(regency: RegionCode, matter: Matter | None) -> None:
    if matter is None:
        return
    if RegionCode(matter.region_id).regency != regency:
        raise ValidationError(
            _("Pokok bahasan “%(title)s” milik kabupaten/kota lain."),
            code="other_regency",
            params={"title": matter.title},
        )
    if matter.state == State.SOLVED:
        raise ValidationError(
            _("“%(title)s” sudah dikonfirmasi selesai: buatlah pokok bahasan baru."),
            code="already_solved",
            params={"title": matter.title},
        )


def _require_groupable(regency: RegionCode, aspirations: Collection[Aspiration], matter: Matter | None) -> None:
    if not aspirations:
        raise ValidationError(_("Pilih paling sedikit satu aspirasi."), code="none_chosen")
    # Locked until the end of the transaction, so that two matters cannot take the same aspiration.
    rows = Aspiration.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk for one in aspirations])
    for aspiration in rows.select_related("business", "matter"):
        if RegionCode(aspiration.business.region_id).regency != regency:
            raise ValidationError(
                _("Aspirasi “%(words)s” dari IKM di kabupaten/kota lain."),
                code="other_regency",
                params={"words": aspiration},
            )
        current = aspiration.matter
        if current is not None and (matter is None or current == matter or not is_movable(current)):
            raise ValidationError(
                _("Aspirasi “%(words)s” sudah masuk pokok bahasan “%(title)s”."),
                code="already_together",
                params={"words": aspiration, "title": current.title},
            )


def is_movable(matter: Matter) -> bool:
    """Whether its aspirations can be moved to another matter: only without actions."""
    return matter.state in MOVABLE and not matter.actions.exists()


@operation("aspirations.ungroup")
def ungroup_aspiration(aspiration: Aspiration, by: Person, /) -> Matter:
    """Remove an aspiration from its matter and return the matter, which is set aside when it becomes empty. Raises
    ValidationError when the matter has an action."""
    aspiration.refresh_from_db(from_queryset=Aspiration.objects.select_for_update())
    matter = _require_no_action(aspiration)
    if matter is None:
        raise ValidationError(_("Aspirasi ini tidak ada di pokok bahasan mana pun."), code="already_loose")
    aspiration.matter = None
    aspiration.save(update_fields=["matter"])
    _set_aside_if_empty(matter)
    return matter


@operation("aspirations.group")
def change_matter(matter: Matter, by: Person, /, *, title: str, difficulty: str) -> Matter:
    """Correct the title and the difficulty. Raises ValidationError."""
    _lock(matter)
    matter.title, matter.difficulty = title.strip(), difficulty
    matter.full_clean()
    matter.save(update_fields=["title", "difficulty"])
    return matter


@operation("aspirations.set_aside")
def reopen_matter(matter: Matter, by: Person, /) -> Matter:
    """Discuss a matter again that was set aside. Raises ValidationError for another one, and for an empty one."""
    _lock(matter)
    if matter.state != State.SET_ASIDE or not matter.aspirations.exists():
        raise ValidationError(_("Hanya pokok bahasan yang dikesampingkan dan masih berisi aspirasi dapat dibuka lagi."))
    change_state(matter, State.HEARD)
    return matter


@operation("aspirations.set_aside")
def set_aside(matter: Matter, by: Person, /, *, because: str) -> Matter:
    """Set a matter aside with a reason that the sentra reads. Raises ValidationError while an action is open."""
    _lock(matter)
    if not because.strip():
        raise ValidationError({"because": _("Tulis alasannya: sentra akan membacanya.")})
    if matter.state == State.ACTING:
        raise ValidationError(
            _("Masih ada tindakan yang berjalan: hentikan tindakannya dahulu, dengan alasan."), code="still_acting"
        )
    if matter.state == State.SET_ASIDE:
        raise ValidationError(_("Pokok bahasan ini sudah dikesampingkan."), code="already_set_aside")
    change_state(matter, State.SET_ASIDE, because=because.strip())
    return matter


@operation("aspirations.comment")
def add_comment(matter: Matter, by: Person, /, *, text: str) -> Comment:
    """Add a comment; the first one changes the state from *heard* to *discussed*. Raises ValidationError."""
    _lock(matter)
    if matter.comments.filter(by=by, text=text.strip()).exists():
        raise ValidationError({"text": _("Pendapat yang sama sudah tercatat.")})
    comment = Comment(matter=matter, by=by, text=text.strip())
    comment.full_clean()
    comment.save(force_insert=True)
    if matter.state == State.HEARD:
        change_state(matter, State.DISCUSSED)
    return comment


@operation("aspirations.propose")
def propose_idea(matter: Matter, by: Person, /, *, proposal: str, cost: int | None = None) -> Idea:
    """Propose an idea. `cost` in whole rupiah, None when unknown. Raises ValidationError."""
    _lock(matter)
    require_open(matter)
    if cost is not None and cost < 0:
        raise ValidationError({"cost": _("Perkiraan biaya tidak boleh kurang dari nol.")})
    if matter.ideas.filter(proposal__iexact=proposal.strip()).exists():
        raise ValidationError({"proposal": _("Gagasan yang sama sudah diusulkan: beri suara di sana.")})
    idea = Idea(matter=matter, by=by, proposal=proposal.strip(), cost=cost)
    idea.full_clean()
    idea.save(force_insert=True)
    if matter.state == State.HEARD:
        change_state(matter, State.DISCUSSED)
    return idea


type Contribution = Aspiration | Comment | Idea


@operation("aspirations.withdraw", lock=True)
def withdraw_contribution(row: Contribution, by: Person, /, *, because: str) -> Contribution:
    """Withdraw an aspiration whose matter has no action, a comment, or an idea that is not chosen: its author, or who
    groups matters. A matter that becomes empty is set aside. Raises ValidationError, PermissionDenied."""
    _require_author(row, by)
    if isinstance(row, Aspiration):
        matter = _require_no_action(row)
        mark_withdrawn(row, by, because)
        _set_aside_if_empty(matter)
        return row
    if isinstance(row, Idea) and row.chosen_at is not None:
        raise ValidationError(_("Gagasan ini sudah dipilih: hentikan tindakannya dahulu, dengan alasan."))
    return mark_withdrawn(row, by, because)


@operation("aspirations.restore", lock=True)
def restore_contribution(row: Contribution, by: Person, /) -> Contribution:
    """Restore within thirty days; an aspiration without its matter if that was closed since. Raises ValidationError,
    PermissionDenied."""
    _require_author(row, by)
    mark_restored(row)
    if isinstance(row, Aspiration) and row.matter is not None and not is_movable(row.matter):
        row.matter = None
        row.save(update_fields=["matter"])
    return row


def _require_author(row: Contribution, by: Person) -> None:
    author, subject = (row.noted_by_id, row) if isinstance(row, Aspiration) else (row.by_id, row.matter)
    if author != by.pk and not may(by, "aspirations.group", subject):
        raise PermissionDenied("aspirations.withdraw")


@operation("aspirations.vote", lock=True)
def vote(idea: Idea, by: Person, /, *, weight: int) -> Vote:
    """Vote: 1 agree, 0 unsure, -1 disagree. A second vote replaces the first, until the idea is chosen."""
    _lock(idea.matter)
    require_open(idea.matter)
    if idea.chosen_at is not None:
        raise ValidationError(_("Gagasan ini sudah dipilih; suara tidak diubah lagi."), code="already_chosen")
    if weight not in (1, 0, -1):
        raise ValidationError(_("Pilih setuju, ragu, atau tidak setuju."), code="no_such_weight")
    row, _created = Vote.objects.update_or_create(idea=idea, by=by, defaults={"weight": weight, "at": clock.now()})
    return row


@operation("aspirations.choose", lock=True)
def choose_idea(idea: Idea, by: Person, /) -> Idea:
    """Mark the idea as chosen. Votes advise, they do not decide. Raises ValidationError."""
    _lock(idea.matter)
    require_open(idea.matter)
    if idea.chosen_at is not None:
        raise ValidationError(_("Gagasan ini sudah dipilih."), code="already_chosen")
    idea.chosen_at, idea.chosen_by = clock.now(), by
    idea.save(update_fields=["chosen_at", "chosen_by"])
    return idea


def _lock(matter: Matter) -> None:
    """Lock the row and read it again."""
    matter.refresh_from_db(from_queryset=Matter.objects.select_for_update())


def require_open(matter: Matter) -> None:
    """Raise ValidationError when the matter is solved or set aside."""
    if matter.state in {State.SOLVED, State.SET_ASIDE}:
        raise ValidationError(
            _("Pokok bahasan ini %(state)s, jadi tidak lagi dibahas."),
            code="matter_closed",
            params={"state": matter.get_state_display()},
        )
