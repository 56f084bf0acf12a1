"""Anonymous users are sent to sign in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseRedirect

from sambang.lib.redirects import page_before


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """A person whose session ended before a form was sent returns to the page of the form: its address may accept POST
    only."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        if request.method in {"GET", "HEAD"}:
            return super().handle_no_permission(request, view_func)
        return redirect_to_login(
            page_before(request), self.get_login_url(view_func), self.get_redirect_field_name(view_func)
        )
