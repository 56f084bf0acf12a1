"""`{% post_button _("Tolak") "accounts:membership_refuse" row.pk look="quiet" about=row.person %}`: a form with one
button. Builtin of every template."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sambang.lib.templatetags.fast_tags import address_of

register = template.Library()
FORM = """<form method="post" action="{}">
<input type="hidden" name="csrfmiddlewaretoken" value="{}">{}
<button{} type="submit">{}{}</button>
</form>"""


@register.simple_tag(takes_context=True)
def post_button(
    context: template.Context, label: Any, view: str, *arguments: Any, look: str = "", about: Any = ""
) -> SafeString:
    """`about`: what the button is about, read aloud after its label. On an owner's page the form names the business
    (owners/authentication.py)."""
    business = getattr(context.get("request"), "business", None)
    named = format_html('<input type="hidden" name="business" value="{}">', business.pk) if business else ""
    unseen = format_html('<span class="unseen"> {}</span>', about) if about else ""
    look = format_html(' class="{}"', look) if look else ""
    return format_html(FORM, address_of(view, *arguments), context["csrf_token"], named, look, label, unseen)
