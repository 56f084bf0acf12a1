"""Operations on an action. The council promises and claims; only the IKM that raised the matter confirm or dispute."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.access.models import Council, Person
from sambang.access.row_security import bypass_row_security
from sambang.actions.models import Action, ActionEvent, Confirmation, Step
from sambang.actions.queries import colleagues, required_share
from sambang.actions.states import ACTION_TRANSITIONS, State, require_transition, state_by_answers
from sambang.aspirations.models import Idea, Matter
from sambang.aspirations.operations import choose_idea, require_open
from sambang.aspirations.states import follow_actions
from sambang.audit.models import Entry
from sambang.audit.operation import operation
from sambang.lib import clock
from sambang.lib.templatetags.formatting import rupiah
from sambang.registry.models import Business
from sambang.visits.models import Visit
from sambang.visits.states import lock as lock_visit

# Read again under the lock of the action: another request may have answered.
ANSWER_FIELDS = ["answer", "text", "asked_at", "answered_at", "answered_by"]


@operation("actions.promise")
def promise_action(
    visit: Visit,
    by: Person,
    /,
    *,
    title: str,
    responsible_name: str,
    due_on: date,
    matter: Matter | None = None,
    budget: int | None = None,
    responsible: Person | None = None,
) -> Action:
    """Record a promise made on a visit as an action.

    `budget` in whole rupiah, None when unknown; `responsible` if the responsible person has an account. Raises
    ValidationError.
    """
    lock_visit(visit)
    if visit.state == Visit.State.CANCELLED:
        raise ValidationError(
            _("Kunjungan ini batal: tidak ada yang dapat dijanjikan di sana."), code="visit_cancelled"
        )
    if visit.held_on is not None and due_on < visit.held_on:
        raise ValidationError({"due_on": _("Tenggat lebih awal daripada hari kunjungannya.")})
    if matter is not None:
        _require_answerable(visit, matter)
    if visit.promises.filter(title__iexact=title.strip()).exists():
        raise ValidationError({"title": _("Janji yang sama sudah tercatat pada kunjungan ini.")})
    action = Action(
        region_id=visit.region_id,
        cluster_id=visit.cluster_id,
        is_simulated=visit.is_simulated,
        visit=visit,
        matter=matter,
        title=title.strip(),
        responsible=responsible,
        responsible_name=responsible_name.strip(),
        due_on=due_on,
        budget=budget,
        created_by=by,
    )
    return _create(action)


@operation("actions.commit", lock=True)
def commit_action(
    idea: Idea,
    by: Person,
    /,
    *,
    title: str,
    responsible_name: str,
    due_on: date,
    budget: int | None = None,
    responsible: Person | None = None,
    steps: Sequence[str] = (),
) -> Action:
    """Choose the idea, unless it is chosen, and create its action; `steps` are titles. Raises ValidationError."""
    if Action.objects.filter(idea=idea).exists():
        raise ValidationError(_("Gagasan ini sudah menjadi tindakan."), code="already_committed")
    require_open(idea.matter)
    entries: list[Entry] = []
    if idea.chosen_at is None:
        choose_idea.within(entries, idea, by)
    action = Action(
        region_id=idea.matter.region_id,
        cluster_id=idea.matter.cluster_id,
        is_simulated=idea.matter.is_simulated,
        matter=idea.matter,
        idea=idea,
        title=title.strip(),
        responsible=responsible,
        responsible_name=responsible_name.strip(),
        due_on=due_on,
        budget=budget,
        created_by=by,
    )
    _create(action)
    for step in steps:
        add_step.within(entries, action, by, title=step)
    Entry.objects.append(entries)
    return action


@operation("actions.promise")
def link_promise(action: Action, by: Person, /, *, matter: Matter) -> Action:
    """Link a promise to a matter, whose IKM will be asked to confirm it. Raises ValidationError."""
    _lock(action)
    require_transition("link", action)
    if action.matter_id is not None:
        raise ValidationError({"matter": _("Tindakan ini sudah terhubung dengan pokok bahasan.")})
    _require_answerable(action, matter)
    action.matter = matter
    action.save(update_fields=["matter"])
    _update_matter(action)
    return action


def _require_answerable(origin: Visit | Action, matter: Matter) -> None:
    """Raise ValidationError unless the matter is open and was opened or raised in the sentra, or by an IKM outside."""
    if not Matter.objects.of_visit_or_action(origin).filter(pk=matter.pk).exists():
        raise ValidationError({"matter": _("Pokok bahasan itu milik sentra lain.")})
    if matter.state in {Matter.State.SOLVED, Matter.State.SET_ASIDE}:
        raise ValidationError(
            {"matter": _("Pokok bahasan itu sudah %(state)s: pilih yang lain.") % {"state": matter.get_state_display()}}
        )


def _create(action: Action) -> Action:
    if action.budget is not None and action.budget < 0:
        raise ValidationError({"budget": _("Anggaran tidak boleh kurang dari nol.")})
    _require_colleague(action)
    action.full_clean()
    action.save(force_insert=True)
    _update_matter(action)
    return action


def _require_colleague(action: Action) -> None:
    if action.responsible and not colleagues(action.region_id).filter(pk=action.responsible.pk).exists():
        raise ValidationError({"responsible": _("Penanggung jawab itu tidak bekerja untuk wilayah sentra ini.")})


@operation("actions.replan")
def replan_action(
    action: Action,
    by: Person,
    /,
    *,
    due_on: date,
    responsible_name: str,
    because: str,
    responsible: Person | None = None,
) -> Action:
    """Change the due date or the responsible person, with a reason that the sentra reads. The history contains the old
    and the new values. Raises ValidationError."""
    _lock(action)
    require_transition("replan", action)
    if not because.strip():
        raise ValidationError({"because": _("Tulis alasannya: sentra akan membacanya.")})
    if action.visit is not None and action.visit.held_on is not None and due_on < action.visit.held_on:
        raise ValidationError({"due_on": _("Tenggat lebih awal daripada hari kunjungannya.")})
    before = (action.due_on, action.responsible_name, action.responsible)
    action.due_on, action.responsible_name, action.responsible = due_on, responsible_name.strip(), responsible
    if before == (action.due_on, action.responsible_name, action.responsible):
        raise ValidationError(_("Tenggat dan penanggung jawabnya masih sama: tidak ada yang diubah."), code="unchanged")
    if responsible != before[2]:
        _require_colleague(action)
    action.full_clean()
    action.save(update_fields=["due_on", "responsible_name", "responsible"])
    event = ActionEvent(action=action, kind=ActionEvent.Kind.REPLANNED, text=because.strip(), by=by)
    if before[0] != due_on:
        event.due_from, event.due_to = before[0], due_on
    if before[1:] != (action.responsible_name, action.responsible):
        event.responsible_from, event.responsible_to = before[1], action.responsible_name
    event.full_clean()
    event.save(force_insert=True)
    return action


@operation("actions.replan")
def correct_action(action: Action, by: Person, /, *, title: str, budget: int | None, because: str) -> Action:
    """Correct the title or the budget, with a reason. The history contains the old and the new values. Raises
    ValidationError."""
    _lock(action)
    require_transition("replan", action)
    if not because.strip():
        raise ValidationError({"because": _("Tulis alasannya: sentra akan membacanya.")})
    if budget is not None and budget < 0:
        raise ValidationError({"budget": _("Anggaran tidak boleh kurang dari nol.")})
    parts = []
    if title.strip() != action.title:
        names = {"old": action.title, "new": title.strip()}
        parts.append(_("membetulkan judul “%(old)s” menjadi “%(new)s”") % names)
    if budget != action.budget:
        amounts = {"old": rupiah(action.budget), "new": rupiah(budget)}
        parts.append(_("membetulkan anggaran dari %(old)s menjadi %(new)s") % amounts)
    if not parts:
        raise ValidationError(_("Judul dan anggarannya masih sama: tidak ada yang diubah."), code="unchanged")
    action.title, action.budget = title.strip(), budget
    action.full_clean()
    action.save(update_fields=["title", "budget"])
    event = ActionEvent(
        action=action, kind=ActionEvent.Kind.CORRECTED, text=because.strip(), by=by, correction="; ".join(parts)
    )
    event.full_clean()
    event.save(force_insert=True)
    return action


@operation("actions.add_step")
def add_step(action: Action, by: Person, /, *, title: str, due_on: date | None = None) -> Step:
    _lock(action)
    require_transition("step", action)
    if action.steps.filter(title__iexact=title.strip()).exists():
        raise ValidationError({"title": _("Langkah yang sama sudah ada.")})
    step = Step(action=action, title=title.strip(), due_on=due_on)
    step.full_clean()
    step.save(force_insert=True)
    return step


@operation("actions.complete_step", lock=True)
def complete_step(step: Step, by: Person, /) -> Step:
    """Mark a step as done. Raises ValidationError."""
    _lock(step.action)
    require_transition("step", step.action)
    if step.done_at is not None:
        raise ValidationError(_("Langkah ini sudah ditandai selesai."), code="already_taken")
    step.done_at, step.done_by = clock.now(), by
    step.save(update_fields=["done_at", "done_by"])
    return step


@operation("actions.claim")
def claim_action(action: Action, by: Person, /, *, claim: str) -> Action:
    """Claim that the action is done, and ask every IKM that raised the matter to confirm it.

    For a promise without a matter the IKM that were present at the visit are asked. IKM that refused an earlier claim
    are asked again. Raises ValidationError.
    """
    _lock(action)
    require_transition("claim", action)
    if not claim.strip():
        raise ValidationError({"claim": _("Tulis apa yang sudah dikerjakan: IKM akan membacanya.")})
    now = clock.now()
    asked = businesses_to_ask(action)
    if not asked:
        raise ValidationError(
            _("Belum ada IKM yang dapat ditanyai: hubungkan dengan aspirasi, atau catat siapa yang hadir."),
            code="nobody_to_ask",
        )
    action.state, action.claim, action.claimed_at, action.claimed_by = State.CLAIMED, claim.strip(), now, by
    action.save(update_fields=["state", "claim", "claimed_at", "claimed_by"])
    ActionEvent.objects.create(action=action, kind=ActionEvent.Kind.CLAIMED, text=action.claim, by=by, at=now)
    _ask(action, asked, now)
    action.confirmations.exclude(answer=Confirmation.Answer.SOLVED).update(asked_at=now)
    _update_matter(action)
    return action


def _ask(action: Action, businesses: Sequence[Business], now: datetime) -> None:
    for business in businesses:
        Confirmation.objects.get_or_create(action=action, business=business, defaults={"asked_at": now})


def businesses_to_ask(action: Action) -> list[Business]:
    """The IKM that raised the matter of the action, or those present when it was promised."""
    if action.matter_id is not None:
        rows = Business.objects.filter(aspirations__matter=action.matter_id, aspirations__withdrawn_at=None)
    else:
        rows = Business.objects.filter(attendances__visit=action.visit_id, attendances__present=True)
    return list(rows.distinct().order_by("name"))


@operation("actions.confirm")
def confirm_action(
    confirmation: Confirmation, by: Person, /, *, text: str = "", answered_at: datetime | None = None
) -> Confirmation:
    """The IKM confirms that its matter is solved. `answered_at`: if earlier than now. Raises ValidationError."""
    action = confirmation.action
    _lock(action)
    confirmation.refresh_from_db(fields=ANSWER_FIELDS)
    require_transition("confirm", action)
    if by.pk in {action.created_by_id, action.claimed_by_id, action.responsible_id}:
        raise ValidationError(
            _(
                "Anda sendiri yang membuat, mengerjakan, atau mengklaim tindakan ini: "
                "mintalah IKM lain yang mengalaminya untuk mengonfirmasi."
            ),
            code="own_work",
        )
    if confirmation.answer == Confirmation.Answer.SOLVED:
        raise ValidationError(_("Anda sudah menyatakan ini selesai. Terima kasih."), code="already_answered")
    return _answer(confirmation, by, Confirmation.Answer.SOLVED, text.strip(), answered_at)


@operation("actions.dispute")
def dispute_action(
    confirmation: Confirmation, by: Person, /, *, text: str, answered_at: datetime | None = None
) -> Confirmation:
    """The IKM disputes the claim, with the reason; a confirmed action is opened again. Raises ValidationError."""
    _lock(confirmation.action)
    confirmation.refresh_from_db(fields=ANSWER_FIELDS)
    require_transition("dispute", confirmation.action)
    if not text.strip():
        raise ValidationError({"text": _("Tulis apa yang belum beres, supaya dapat dikerjakan lagi.")})
    same = confirmation.answer == Confirmation.Answer.NOT_SOLVED and confirmation.text == text.strip()
    if same and not confirmation.asked_again:
        raise ValidationError(_("Jawaban yang sama sudah tercatat."), code="already_answered")
    return _answer(confirmation, by, Confirmation.Answer.NOT_SOLVED, text.strip(), answered_at)


@bypass_row_security(__name__)
def _answer(
    confirmation: Confirmation, by: Person, answer: Confirmation.Answer, text: str, answered_at: datetime | None
) -> Confirmation:
    """Store the answer and update the action. An `answered_at` before the question (a slow clock) becomes its time."""
    now, action = clock.now(), confirmation.action
    confirmation.answer, confirmation.text = answer, text
    confirmation.answered_at, confirmation.answered_by = max(answered_at or now, confirmation.asked_at), by
    confirmation.full_clean()
    confirmation.save(update_fields=["answer", "text", "answered_at", "answered_by"])
    solved = answer == Confirmation.Answer.SOLVED
    kind = ActionEvent.Kind.CONFIRMED if solved else ActionEvent.Kind.DISPUTED
    ActionEvent.objects.create(action=action, kind=kind, business=confirmation.business, text=text, by=by, at=now)
    if action.matter_id is not None:
        # IKM that joined the matter after the claim are asked too. For a promise without a matter the claim decides who
        # is asked, so that attendance that phones send later changes nothing.
        _ask(action, businesses_to_ask(action), now)
    to = state_by_answers(list(action.confirmations.all()), required_share(action))
    if to not in ACTION_TRANSITIONS["confirm" if solved else "dispute"][State(action.state)]:
        raise AssertionError(f"{action.state} to {to} is not in ACTION_TRANSITIONS")
    if to != State.CONFIRMED:
        action.confirmed_at = action.confirmed_by = None
    elif action.state != State.CONFIRMED:
        action.confirmed_at, action.confirmed_by = now, by
    action.state = to
    action.save(update_fields=["state", "confirmed_at", "confirmed_by"])
    _update_matter(action)
    return confirmation


@operation("actions.set_confirmation_share")
def set_confirmation_share(council: Council, by: Person, /, *, share: int) -> Council:
    """Per cent of the IKM asked that have to confirm before an action counts as solved; from the next answer on."""
    council.confirmation_share = share
    council.full_clean()
    council.save(update_fields=["confirmation_share"])
    return council


@operation("actions.drop")
def drop_action(action: Action, by: Person, /, *, because: str) -> Action:
    """Drop the action, with a reason that the sentra reads. Raises ValidationError."""
    _lock(action)
    require_transition("drop", action)
    if not because.strip():
        raise ValidationError({"because": _("Tulis alasannya: sentra akan membacanya.")})
    action.state, action.dropped_because = State.DROPPED, because.strip()
    action.full_clean()
    action.save(update_fields=["state", "dropped_because"])
    ActionEvent.objects.create(action=action, kind=ActionEvent.Kind.DROPPED, text=because.strip(), by=by)
    _update_matter(action)
    return action


@operation("actions.reopen")
def reopen_action(action: Action, by: Person, /) -> Action:
    """Withdraw a claim, or resume a dropped action. Raises ValidationError."""
    _lock(action)
    require_transition("reopen", action)
    action.state, action.dropped_because = State.PROMISED, ""
    action.claim, action.claimed_at, action.claimed_by = "", None, None
    action.save(update_fields=["state", "dropped_because", "claim", "claimed_at", "claimed_by"])
    ActionEvent.objects.create(action=action, kind=ActionEvent.Kind.REOPENED, by=by)
    _update_matter(action)
    return action


def _lock(action: Action) -> None:
    """Lock the row and read it again."""
    action.refresh_from_db(from_queryset=Action.objects.select_for_update())


def _update_matter(action: Action) -> None:
    if action.matter is not None:
        action.matter.refresh_from_db(from_queryset=Matter.objects.select_for_update())
        follow_actions(action.matter, list(action.matter.actions.values_list("state", flat=True)))
