"""What is done with what was heard: brought together, discussed, ideas weighed and chosen, or set aside."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TypedDict, Unpack
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.access.permissions import new_id
from sambang.aspirations.models import Aspiration, Comment, Idea, Matter, Vote
from sambang.aspirations.states import State, move
from sambang.audit.operation import operation
from sambang.lib.bulk_sql import insert_new_rows
from sambang.registry.models import Business, Cluster
from sambang.visits.models import Visit
from sambang.visits.operations import require_of_its_sentra
from sambang.visits.states import require_open as require_open_visit

MOVABLE = frozenset({State.HEARD, State.DISCUSSED})  # before anything is done, a wrong grouping can still be mended


HELD = frozenset({"id", "business", "visit", "matter", "noted_by"})


class NoteDetails(TypedDict, total=False):
    also_touches: str
    id: UUID | None  # the name the device gave it
    raised_at: datetime  # when it was said, where that was before now


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
    """Write down what one IKM said, in its own words. With the `id` that a device gave it, sent twice it is one.

    Raises ValidationError for a visit to another sentra, or one that was signed off.
    """
    id = details.get("id")
    if visit is not None:
        require_open_visit(visit)
        require_of_its_sentra(visit, business, said_at=details.get("raised_at"))
    aspiration = Aspiration(
        id=id or new_id(),
        business=business,
        visit=visit,
        kind=kind,
        text=text.strip(),
        difficulty=difficulty,
        also_touches=details.get("also_touches", "").strip(),
        noted_by=by,
        raised_at=details.get("raised_at") or timezone.now(),
    )
    # The rows it points at were just read, and the constraint requires text, as the field does.
    aspiration.full_clean(exclude=HELD, validate_unique=False, validate_constraints=False)
    if insert_new_rows([aspiration]):
        return aspiration
    standing = Aspiration.objects.filter(pk=aspiration.pk).first()
    if (
        standing is None or standing.business_id != business.pk
    ):  # None: on PostgreSQL it may lie beyond this person's reach
        raise ValidationError(_("Nomor pengenal itu sudah dipakai IKM lain."), code="unique")
    return standing


@operation("aspirations.correct")
def correct_aspiration(
    aspiration: Aspiration, by: Person, /, *, text: str, kind: str, difficulty: str, also_touches: str = ""
) -> Aspiration:
    """Mend what was written down wrongly on a visit that is not signed off; the journal keeps that it was mended."""
    _require_draft(aspiration)
    said = {"text": text.strip(), "kind": kind, "difficulty": difficulty, "also_touches": also_touches.strip()}
    if all(getattr(aspiration, name) == value for name, value in said.items()):
        raise ValidationError(_("Tidak ada yang diubah."), code="unchanged")
    for name, value in said.items():
        setattr(aspiration, name, value)
    aspiration.full_clean()
    aspiration.save(update_fields=list(said))
    return aspiration


@operation("aspirations.delete")
def delete_aspiration(aspiration: Aspiration, by: Person, /) -> Visit:
    """Remove what nobody said, or what was noted at the wrong IKM: not after the signature, nor once something was done
    about it. A matter left empty is set aside with the reason."""
    visit = _require_draft(aspiration)
    matter = _require_untouched(aspiration)
    aspiration.delete()
    _leave(matter)
    return visit


def _require_draft(aspiration: Aspiration) -> Visit:
    """Its visit, locked. Raises ValidationError once that is a record, or when the IKM wrote the words itself."""
    if aspiration.visit is None:
        raise ValidationError(
            _("IKM sendiri yang menulis ini lewat tautannya: kata-katanya tidak diubah orang lain."), code="own_words"
        )
    require_open_visit(aspiration.visit)
    aspiration.refresh_from_db(from_queryset=Aspiration.objects.select_for_update())
    return aspiration.visit


def _require_untouched(aspiration: Aspiration) -> Matter | None:
    """Its matter, locked. Raises ValidationError once an action began there: the IKM that raised it are asked about
    it."""
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


def _leave(matter: Matter | None) -> None:
    if matter is not None and matter.state != State.SET_ASIDE and not matter.aspirations.exists():
        move(matter, State.SET_ASIDE, because=_("Tidak ada lagi aspirasi di dalamnya."))


@operation("aspirations.group")
def group_aspirations(
    cluster: Cluster,
    by: Person,
    /,
    *,
    aspirations: Collection[Aspiration],
    title: str,
    difficulty: str,
    matter: Matter | None = None,
) -> Matter:
    """Make one matter of like aspirations, or bring them into `matter`, which takes the title and difficulty given.

    Into a given matter also those of another one that nothing was done about yet; a matter left empty is set aside with
    the reason. A matter that was set aside is opened again. Raises ValidationError.
    """
    if matter is not None:
        _lock(matter)
    _require_like(cluster, aspirations, matter)
    left = list(Matter.objects.filter(aspirations__in=aspirations).distinct())
    if matter is None:
        matter = Matter(cluster=cluster, title=title.strip(), difficulty=difficulty)
        matter.full_clean()
        matter.save(force_insert=True)
    else:
        matter.title, matter.difficulty = title.strip(), difficulty
        matter.full_clean()
        matter.save(update_fields=["title", "difficulty"])
        if matter.state == State.SET_ASIDE:
            move(matter, State.HEARD)
    for aspiration in aspirations:
        aspiration.matter = matter
        aspiration.save(update_fields=["matter"])
    for emptied in left:
        if emptied != matter and not emptied.aspirations.exists():
            because = _("Disatukan ke “%(title)s”.") % {"title": matter.title}
            move(emptied, State.SET_ASIDE, because=because)
    return matter


def _require_like(cluster: Cluster, aspirations: Collection[Aspiration], matter: Matter | None) -> None:
    if not aspirations:
        raise ValidationError(_("Pilih paling sedikit satu aspirasi."), code="none_chosen")
    if matter is not None and matter.cluster_id != cluster.pk:
        raise ValidationError(
            _("Pokok bahasan “%(title)s” milik sentra lain."), code="other_cluster", params={"title": matter.title}
        )
    if matter is not None and matter.state == State.SOLVED:
        raise ValidationError(
            _("“%(title)s” sudah dikonfirmasi selesai: buatlah pokok bahasan baru."),
            code="already_solved",
            params={"title": matter.title},
        )
    # Held until the end, so that two who bring the same aspiration together at once do not both have it.
    held = Aspiration.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk for one in aspirations])
    for aspiration in held.select_related("business", "matter"):
        if aspiration.business.cluster_id != cluster.pk:
            raise ValidationError(
                _("Aspirasi “%(words)s” dari IKM di luar sentra ini."),
                code="other_cluster",
                params={"words": aspiration},
            )
        elsewhere = aspiration.matter
        if elsewhere is not None and (matter is None or elsewhere == matter or not is_movable(elsewhere)):
            raise ValidationError(
                _("Aspirasi “%(words)s” sudah masuk pokok bahasan “%(title)s”."),
                code="already_together",
                params={"words": aspiration, "title": elsewhere.title},
            )


def is_movable(matter: Matter) -> bool:
    """May its aspirations still go elsewhere? Not once an action began: the IKM that raised it are asked about it."""
    return matter.state in MOVABLE and not matter.actions.exists()


@operation("aspirations.ungroup")
def ungroup_aspiration(aspiration: Aspiration, by: Person, /) -> Matter:
    """Out of a matter where it does not belong, back among the loose ones. Returns the matter, set aside with the
    reason when nothing is left in it. Raises ValidationError once something was done about it."""
    aspiration.refresh_from_db(from_queryset=Aspiration.objects.select_for_update())
    matter = _require_untouched(aspiration)
    if matter is None:
        raise ValidationError(_("Aspirasi ini tidak ada di pokok bahasan mana pun."), code="already_loose")
    aspiration.matter = None
    aspiration.save(update_fields=["matter"])
    _leave(matter)
    return matter


@operation("aspirations.set_aside")
def set_aside(matter: Matter, by: Person, /, *, because: str) -> Matter:
    """Lay a matter aside, with the reason the sentra will read. Not while something is being done about it."""
    _lock(matter)
    if not because.strip():
        raise ValidationError({"because": _("Tulis alasannya: sentra akan membacanya.")})
    if matter.state == State.ACTING:
        raise ValidationError(
            _("Masih ada tindakan yang berjalan: hentikan tindakannya dahulu, dengan alasan."), code="still_acting"
        )
    if matter.state == State.SET_ASIDE:
        raise ValidationError(_("Pokok bahasan ini sudah dikesampingkan."), code="already_set_aside")
    move(matter, State.SET_ASIDE, because=because.strip())
    return matter


@operation("aspirations.comment")
def add_comment(matter: Matter, by: Person, /, *, text: str) -> Comment:
    """One voice in the discussion; the first one moves the matter from *heard* to *discussed*."""
    _lock(matter)
    if matter.comments.filter(by=by, text=text.strip()).exists():
        raise ValidationError({"text": _("Pendapat yang sama sudah tercatat.")})
    comment = Comment(matter=matter, by=by, text=text.strip())
    comment.full_clean()
    comment.save(force_insert=True)
    if matter.state == State.HEARD:
        move(matter, State.DISCUSSED)
    return comment


@operation("aspirations.propose")
def propose_idea(matter: Matter, by: Person, /, *, proposal: str, cost: int | None = None) -> Idea:
    """Propose what could be done. `cost` in whole rupiah, None when nobody knows yet."""
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
        move(matter, State.DISCUSSED)
    return idea


@operation("aspirations.vote", lock=True)
def vote(idea: Idea, by: Person, /, *, weight: int) -> Vote:
    """Give one's voice: 1 agree, 0 unsure, -1 disagree. A second voice replaces the first, until the idea is chosen."""
    _lock(idea.matter)
    require_open(idea.matter)
    if idea.chosen_at is not None:
        raise ValidationError(_("Gagasan ini sudah dipilih; suara tidak diubah lagi."), code="already_chosen")
    if weight not in (1, 0, -1):
        raise ValidationError(_("Pilih setuju, ragu, atau tidak setuju."), code="no_such_weight")
    given, _made = Vote.objects.update_or_create(idea=idea, by=by, defaults={"weight": weight, "at": timezone.now()})
    return given


@operation("aspirations.choose", lock=True)
def choose_idea(idea: Idea, by: Person, /) -> Idea:
    """Mark the idea that will be carried out. The votes advise; whoever chooses answers for it."""
    _lock(idea.matter)
    require_open(idea.matter)
    if idea.chosen_at is not None:
        raise ValidationError(_("Gagasan ini sudah dipilih."), code="already_chosen")
    idea.chosen_at, idea.chosen_by = timezone.now(), by
    idea.save(update_fields=["chosen_at", "chosen_by"])
    return idea


def _lock(matter: Matter) -> None:
    """Read the row anew and hold it, so that two moves at once must see each other."""
    matter.refresh_from_db(from_queryset=Matter.objects.select_for_update())


def require_open(matter: Matter) -> None:
    """Raise ValidationError when the matter is solved or set aside."""
    if matter.state in {State.SOLVED, State.SET_ASIDE}:
        raise ValidationError(
            _("Pokok bahasan ini %(state)s, jadi tidak lagi dibahas."),
            code="matter_closed",
            params={"state": matter.get_state_display()},
        )
