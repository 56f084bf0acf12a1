"""The weekly letter by mail: counts, and titles of actions; no names of people or IKM, no free text of owners."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sambang.access.models import Person
from sambang.lib import clock
from sambang.lib.addresses import site_address
from sambang.notices import queries
from sambang.notices.models import NoticeSettings
from sambang.notices.operations import claim_letter, release_letter
from sambang.registry.permit_expiry import permit_notices

MAX_TITLES = 10


def week_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


@translation.override(settings.LANGUAGE_CODE)
def letter_text(person: Person, *, today: date) -> str:
    """The body of the letter, "" without news."""
    refused, due = queries.day_actions(person, today=today)
    visits = queries.own_visits(person, today=today)
    permits = [row for row in permit_notices(person, today=today) if row.count]
    unread = queries.unread_count(person)
    lines = []
    if refused:
        lines.append(_("Dinyatakan belum selesai oleh IKM:"))
        lines += [f"- {action.title}" for action in refused[:MAX_TITLES]] + _more(len(refused))
    if due:
        lines.append(_("Tanggung jawab Anda, sampai dua minggu lagi:"))
        lines += [f"- {action.title} ({date_format(action.due_on, 'j F Y')})" for action in due[:MAX_TITLES]]
        lines += _more(len(due))
    if visits:
        lines.append(ngettext("%(n)d kunjungan Anda.", "%(n)d kunjungan Anda.", len(visits)) % {"n": len(visits)})
    lines += [_("%(n)d izin %(when)s.") % {"n": row.count, "when": row.label} for row in permits]
    if unread:
        lines.append(ngettext("%(n)d kabar belum dibaca.", "%(n)d kabar belum dibaca.", unread) % {"n": unread})
    if not lines:
        return ""
    footer = _("Buka: %(address)s\nSurat mingguan ini dapat dihentikan di: %(settings)s") % {
        "address": site_address() + reverse("notices:my_day"),
        "settings": site_address() + reverse("notices:notice_settings"),
    }
    return "\n".join([*lines, "", footer, ""])


def _more(count: int) -> list[str]:
    left = count - MAX_TITLES
    return [_("- dan %(n)d lagi") % {"n": left}] if left > 0 else []


def recipients(week: date) -> list[Person]:
    """Active people with a mail address who want the letter and have not been sent this week's."""
    wanting = NoticeSettings.objects.filter(weekly_letter=True).exclude(letter_week__gte=week)
    rows = Person.objects.filter(is_active=True, pk__in=wanting.values("person")).exclude(email=None)
    return list(rows.order_by("pk"))


def send_letter(person: Person, by: Person, *, today: date) -> bool:
    """Send this week's letter unless already sent or empty. Returns whether it was sent. Raises OSError
    (smtplib.SMTPException) if the server refuses it; the next run retries."""
    assert person.email is not None
    text = letter_text(person, today=today)
    if not text or not claim_letter(person, by, week=week_of(today)):
        return False
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("Sambang: minggu ini, %(day)s") % {"day": date_format(week_of(today), "j F Y")}
    try:
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [person.email])
    except OSError:
        release_letter(person, by)
        raise
    return True


def send_letters(by: Person) -> tuple[int, int]:
    """(letters sent, people whose letter the server did not take)."""
    today, sent, failed = clock.today(), 0, 0
    for person in recipients(week_of(today)):
        try:
            sent += send_letter(person, by, today=today)
        except OSError:
            failed += 1
    return sent, failed
