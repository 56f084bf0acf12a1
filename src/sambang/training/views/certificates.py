"""Certificates: the PDF for the office, and the public page that verifies one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from sambang.access.permissions import public, require
from sambang.access.requests import PersonRequest
from sambang.access.row_security import bypass_row_security
from sambang.audit.read_audit import log_read
from sambang.lib.documents import document_response
from sambang.lib.qr_codes import qr_svg
from sambang.training.certificates import (
    Certificate,
    attendance_code,
    certificate_code,
    certificate_of,
    certificate_pdf,
    enrolment_of_code,
    with_certificate,
)
from sambang.training.models import Enrolment, Session


def certificate_document(request: PersonRequest, enrolment_id: str) -> HttpResponse:
    enrolment = get_object_or_404(with_certificate(Enrolment.objects.visible_to(request.user)), pk=enrolment_id)
    require(request.user, "registry.see_contact", enrolment.business)
    log_read(request.user, [enrolment.business], ["registry.see_contact"])
    return certificate_response(request, enrolment)


def certificate_response(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """The PDF of a row of `with_certificate`."""
    path = reverse("training:certificate_verify", args=[certificate_code(enrolment.pk)])
    address = request.build_absolute_uri(path)
    content = certificate_pdf(certificate_of(enrolment), enrolment.course.council, address=address)
    response = document_response(content, "sertifikat.pdf")
    add_never_cache_headers(response)
    return response


@public(reason="whoever is shown a certificate may verify it; its code is signed and names nobody")
@require_safe
@bypass_row_security(__name__)
def certificate_verify(request: HttpRequest, code: str) -> HttpResponse:
    """The certificate of this code; status 404 for a code that was not signed here or is no longer valid."""
    certificate: Certificate | None = None
    enrolment_id = enrolment_of_code(code)
    if enrolment_id is not None:
        enrolment = with_certificate(Enrolment.objects.filter(pk=enrolment_id)).first()
        certificate = certificate_of(enrolment) if enrolment else None
    context = {"certificate": certificate}
    response = render(request, "training/certificate_verify.html", context, status=200 if certificate else 404)
    response["X-Robots-Tag"] = "noindex"
    add_never_cache_headers(response)
    return response


def attendance_code_detail(request: PersonRequest, session_id: str) -> HttpResponse:
    """The QR code of a session, to be shown where it is held; owners open it on the phone with their link."""
    rows = Session.objects.visible_to(request.user).filter(course__withdrawn_at=None).select_related("course")
    session = get_object_or_404(rows, pk=session_id)
    require(request.user, "training.attend", session)
    path = reverse("selling:session_attend", args=[session.pk, attendance_code(session)])
    address = request.build_absolute_uri(path)
    context = {"session": session, "address": address, "qr": qr_svg(address)}
    return render(request, "training/attendance_code.html", context)
