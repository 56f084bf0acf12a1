"""The owner's pages: home, aspirations, confirmations, news, the sentra, own data."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from sambang.access.permissions import public
from sambang.access.row_security import bypass_row_security
from sambang.actions.models import Confirmation
from sambang.actions.operations import confirm_action, dispute_action
from sambang.aspirations.operations import note_aspiration
from sambang.insight.charts import series_svg
from sambang.lib import clock
from sambang.lib.exports import workbook_response
from sambang.lib.forms import run_operation
from sambang.market.consents import purpose_or_404
from sambang.market.models import Consent
from sambang.market.operations import give_consent, withdraw_consent
from sambang.market.queries import consent_questions
from sambang.owners import queries
from sambang.owners.authentication import OWNER_ACCESS, OwnerRequest, owner_page
from sambang.owners.forms import ConfirmationForm, RaiseForm
from sambang.owners.own_figures import cluster_response_text
from sambang.owners.summary import cluster_state_of, series_of
from sambang.production.models import ReportLine, current_report
from sambang.production.queries import report_of
from sambang.registry.permit_expiry import permits_to_renew
from sambang.registry.queries import owner_details_of, reports_in_siinas


@public(reason="exchanges the token of a personal link")
@require_safe
@bypass_row_security(__name__)
def link_open(request: HttpRequest, token: str) -> HttpResponse:
    return OWNER_ACCESS.exchange(request, token)


@public(reason="explains why a personal link is refused")
def link_refused(request: HttpRequest, why: str) -> HttpResponse:
    return OWNER_ACCESS.refusal_page(request, why)


@owner_page
def home(request: OwnerRequest) -> HttpResponse:
    month = queries.previous_month()
    context = {
        "month": month,
        "report": report_of(request.business, month),
        "response": cluster_response_text(request.business, month),
        "changes": queries.recent_changes(request.business, now=clock.now()),
        "raised": queries.states_of_aspirations(request.business),
        "has_lines": queries.has_lines(request.business, month),
        "asked": list(queries.pending_confirmations_of(request.business)),
        "state": cluster_state_of(request.business),
        "codes": queries.codes_of(request.link),
        "asks_siinas": reports_in_siinas(request.business),
        "permits": permits_to_renew(request.business, today=clock.today()),
        "today": clock.today(),
        "days_left": (request.link.expires_at - clock.now()).days,
    }
    return render(request, "owners/home.html", context)


@owner_page
def aspiration_create(request: OwnerRequest) -> HttpResponse:
    form = RaiseForm(request.POST or None)
    if run_operation(form, lambda: note_aspiration(request.business, request.owner, **form.cleaned_data)):
        messages.success(request, _("Terima kasih, sudah kami terima. Kabarnya dapat Anda lihat di sini."))
        return redirect("owners:news_list")
    return render(request, "owners/aspiration_create.html", {"form": form}, status=422 if form.is_bound else 200)


def get_confirmation(request: OwnerRequest, confirmation_id: object) -> Confirmation:
    rows = Confirmation.objects.visible_to(request.owner).filter(business=request.business)
    return get_object_or_404(rows.select_related("action__matter"), pk=confirmation_id)


@owner_page
def confirmation_detail(request: OwnerRequest, confirmation_id: object) -> HttpResponse:
    return render(
        request, "owners/confirmation_detail.html", {"confirmation": get_confirmation(request, confirmation_id)}
    )


@owner_page
@require_POST
def confirmation_confirm(request: OwnerRequest, confirmation_id: object) -> HttpResponse:
    return record_answer(request, confirmation_id, confirm_action, _("Terima kasih. Tercatat: sudah beres."))


@owner_page
@require_POST
def confirmation_dispute(request: OwnerRequest, confirmation_id: object) -> HttpResponse:
    return record_answer(
        request, confirmation_id, dispute_action, _("Tercatat: belum beres. Pengurus akan mengerjakannya.")
    )


def record_answer(request: OwnerRequest, confirmation_id: object, operate: Any, thanks: str) -> HttpResponse:
    confirmation = get_confirmation(request, confirmation_id)
    form = ConfirmationForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError(_("Tulisannya terlalu panjang: paling banyak 1.000 huruf."))
        operate(confirmation, request.owner, text=form.cleaned_data["text"])
    except ValidationError as error:
        context = {
            "confirmation": get_confirmation(request, confirmation_id),
            "errors": error.messages,
            "form": form,
        }
        return render(request, "owners/confirmation_detail.html", context, status=422)
    messages.success(request, thanks)
    return redirect("owners:home")


@owner_page
def news_list(request: OwnerRequest) -> HttpResponse:
    context: dict[str, Any] = {"aspirations": list(queries.own_aspirations(request.business))}
    if request.business.cluster_id:
        with bypass_row_security(__name__):
            context["matters"] = list(queries.matters_of_cluster(request.business))
            context["promises"] = list(queries.actions_without_matter(request.business))
    return render(request, "owners/news_list.html", context)


@owner_page
def cluster_detail(request: OwnerRequest) -> HttpResponse:
    cluster, month = request.business.cluster, queries.previous_month()
    context: dict[str, Any] = {"month": month, "state": cluster_state_of(request.business)}
    if cluster is not None and cluster.head_id == request.owner.pk:
        rows = list(queries.reporting_status(request.owner, cluster, month))
        context |= {"members": rows, "reported": sum(bool(row.reported) for row in rows)}  # type: ignore[attr-defined]
    return render(request, "owners/cluster_detail.html", context)


@owner_page
@gzip_page  # safe: the size of a chart reveals no secret
def cluster_chart(request: OwnerRequest) -> HttpResponse:
    series = series_of(request.business)
    if series is None:
        raise Http404
    drawing = series_svg(series.pk, "sempit", get_language() or settings.LANGUAGE_CODE)
    return HttpResponse(drawing, content_type="image/svg+xml")


@owner_page
def data_detail(request: OwnerRequest) -> HttpResponse:
    context = {
        "asked": consent_questions(request.business),
        "lines": request.business.product_lines.current().order_by("name"),
        "permits": request.business.permits.order_by("kind"),
        "owner_details": owner_details_of(request.business),
    }
    return render(request, "owners/data_detail.html", context)


@owner_page
def report_export(request: OwnerRequest) -> HttpResponse:
    """All reports of this business as a workbook."""
    rows: QuerySet[ReportLine] = ReportLine.objects.visible_to(request.owner).filter(
        current_report("report__"), report__business=request.business
    )
    table = [
        [f"{line.report.month:%Y-%m}", line.product_line.name, line.product_line.unit, line.quantity, line.value]
        for line in rows.select_related("report", "product_line").order_by("report__month", "product_line__name")
    ]
    headings = [_("Bulan"), _("Produk"), _("Satuan"), _("Jumlah"), _("Nilai (Rp)")]
    return workbook_response(_("laporan-saya"), headings, table)


@owner_page
@require_POST
def consent_give(request: OwnerRequest, purpose: str) -> HttpResponse:
    give_consent(request.business, request.owner, purpose=purpose_or_404(purpose), how=Consent.How.LINK)
    messages.success(request, _("Tercatat: Anda setuju."))
    return redirect("selling:shelf_list" if request.POST.get("kembali") == "etalase" else "owners:data_detail")


@owner_page
@require_POST
def consent_withdraw(request: OwnerRequest, purpose: str) -> HttpResponse:
    withdraw_consent(request.business, request.owner, purpose=purpose_or_404(purpose), how=Consent.How.LINK)
    messages.success(request, _("Tercatat: persetujuan ditarik, berlaku sekarang juga."))
    return redirect("owners:data_detail")


@owner_page
@require_POST
def session_end(request: OwnerRequest) -> HttpResponse:
    """Sign out, for a shared phone."""
    return OWNER_ACCESS.ask_for_link()
