"""Screenshots as evidence of ladder steps, and the steps that owners record themselves."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.audit.operation import lock_row, operation
from sambang.audit.withdrawal import mark_withdrawn
from sambang.lib import clock
from sambang.lib.pictures import PictureError, reencode
from sambang.registry.models import Business, processable_business
from sambang.training.ladder_steps import PROOFS, change_ladder_step, store_ladder_step
from sambang.training.models import LadderStep, Screenshot

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

MAX_SCREENSHOTS = 5  # of one step


def waiting_screenshots(person: Person) -> QuerySet[Screenshot]:
    """Those within reach that nobody has answered and whose step is recorded, oldest first."""
    steps = LadderStep.objects.filter(business=OuterRef("business"), step=OuterRef("step"))
    rows = Screenshot.objects.visible_to(person).filter(Exists(steps), state=Screenshot.State.WAITING)
    return rows.filter(processable_business("business__")).order_by("added_on", "pk")


@operation("training.record_own_step", lock=True)
def record_own_step(
    business: Business,
    by: Person,
    /,
    *,
    step: str,
    reached_on: date,
    evidence: str = "",
    screenshot: UploadedFile[bytes] | None = None,
) -> LadderStep:
    """The owner's word that a step was reached, and a screenshot, which an officer looks at. A recorded step takes the
    screenshot and stays as it is. Raises ValidationError."""
    recorded = business.ladder_steps.filter(step=step).first()
    if recorded and screenshot is None:
        raise ValidationError(_("Langkah itu sudah tercatat. Tambahkan tangkapan layar bila ada."))
    if screenshot is not None:
        _store_screenshot(business, by, step, screenshot)
    kind = LadderStep.EvidenceKind.OWNER
    return recorded or store_ladder_step(
        business, by, step=step, reached_on=reached_on, evidence=evidence, evidence_kind=kind
    )


@operation("training.record_own_step", lock=True)
def withdraw_own_step(ladder_step: LadderStep, by: Person, /) -> LadderStep:
    """The owner takes back the own word, with its screenshots. Raises ValidationError for a step that others proved."""
    if ladder_step.noted_by_id != by.pk or ladder_step.evidence_kind != LadderStep.EvidenceKind.OWNER:
        raise ValidationError(_("Langkah ini sudah ada buktinya. Bila keliru, beri tahu petugas."))
    for one in ladder_step.business.screenshots.filter(step=ladder_step.step, state=Screenshot.State.WAITING):
        _delete_screenshot(one)
    return mark_withdrawn(ladder_step, by, _("Keliru dicatat pemiliknya"))


def store_seen_screenshot(business: Business, by: Person, step: str, upload: UploadedFile[bytes]) -> None:
    """A step of an operation: store a screenshot that `by`, an officer, has looked at."""
    _answer(_store_screenshot(business, by, step, upload), by, Screenshot.State.ACCEPTED)


@operation("training.answer_screenshot", lock=True)
def answer_screenshot(screenshot: Screenshot, by: Person, /, *, accepted: bool, because: str = "") -> Screenshot:
    """Accept a screenshot as evidence, or refuse it with a reason. A refusal withdraws a step that rests on the owner's
    word only. Raises ValidationError."""
    if screenshot.state != Screenshot.State.WAITING:
        raise ValidationError(_("Tangkapan layar ini sudah dijawab: muat ulang halamannya."))
    if not accepted and not because.strip():
        raise ValidationError({"because": _("Tulis alasannya: pemilik membacanya dan mengirim yang lain.")})
    state = Screenshot.State.ACCEPTED if accepted else Screenshot.State.REFUSED
    _answer(screenshot, by, state, "" if accepted else because.strip())
    lock_row(screenshot.business)
    ladder_step = screenshot.business.ladder_steps.filter(step=screenshot.step).first()
    if ladder_step is not None and ladder_step.evidence_kind not in PROOFS:
        if accepted:
            change_ladder_step(ladder_step, evidence_kind=LadderStep.EvidenceKind.SCREENSHOT)
        else:
            mark_withdrawn(ladder_step, by, because)
    return screenshot


def _answer(screenshot: Screenshot, by: Person, state: Screenshot.State, because: str = "") -> None:
    screenshot.state, screenshot.because = state, because
    screenshot.answered_by, screenshot.answered_on = by, clock.today()
    screenshot.full_clean(exclude=["image"])
    screenshot.save(update_fields=["state", "because", "answered_by", "answered_on"])


def _store_screenshot(business: Business, by: Person, step: str, upload: UploadedFile[bytes]) -> Screenshot:
    """The same picture is stored once. Raises ValidationError."""
    try:
        picture = reencode(upload)
    except PictureError as wrong:
        raise ValidationError({"screenshot": str(wrong)}) from None
    stored = business.screenshots.filter(step=step).exclude(state=Screenshot.State.REFUSED)
    if existing := stored.filter(sha256=picture.sha256).first():
        return existing
    if stored.count() >= MAX_SCREENSHOTS:
        raise ValidationError(
            {"screenshot": _("Sudah ada %(most)d tangkapan layar untuk langkah ini.") % {"most": MAX_SCREENSHOTS}}
        )
    screenshot = Screenshot(business=business, step=step, sha256=picture.sha256, added_by=by)
    screenshot.full_clean(exclude=["image"])
    screenshot.image.save(picture.file.name or "layar.jpg", picture.file, save=False)
    screenshot.save(force_insert=True)
    return screenshot


def _delete_screenshot(screenshot: Screenshot) -> None:
    transaction.on_commit(partial(screenshot.image.storage.delete, str(screenshot.image.name)))
    screenshot.delete()
