"""Valid form data per URL, so that a permitted request succeeds; URLs without an entry get an empty POST."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from sambang.accounts import totp
from sambang.lib.region_code import in_region
from sambang.production.paper.layout import SheetReference
from sambang.production.workbooks import WORKBOOK_HEADINGS
from sambang.registry.models import Business
from tests.odk.conftest import own_answers, own_workbook
from tests.reach.credentials import CODE_KEY
from tests.reach.phone_bodies import exported_file, field_item
from tests.reach.places import outline_file
from tests.reach.readers import Reader
from tests.reach.world import DAY, PASSWORD, World, photo_file, workbook


@dataclass
class Sent:
    data: Any = field(default_factory=dict)
    content_type: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    session: dict[str, Any] = field(default_factory=dict)  # left there by an earlier page


type Maker = Callable[[World, Reader], dict[str, Any]]


def _today(later: int = 0) -> str:
    return (timezone.localdate() + timedelta(days=later)).isoformat()


def _report(world: World, quantity: str = "12") -> dict[str, Any]:
    [line] = world.here.business.product_lines.all()
    return {f"quantity-{line.pk}": quantity, f"value-{line.pk}": "", "checked": "on"}


def _checked_sheet(world: World) -> dict[str, Any]:
    business, month = world.here.business, date(2022, 4, 1)
    [line] = business.product_lines.all()
    prefix = f"{business.pk}-{month:%Y%m}"
    fields = {f"{prefix}-{name}": text for name, text in _report(world).items()}
    return {"sheet": str(SheetReference(month, (line.pk,))), **fields}


def _costs(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "biaya-TOTAL_FORMS": 1,
        "biaya-INITIAL_FORMS": 0,
        "biaya-0-kind": "material",
        "biaya-0-name": "kain",
        "biaya-0-price": "1000",
    }


def _work(world: World) -> dict[str, Any]:
    return {
        "product_line": world.here.business.product_lines.get().pk,
        "contractor": world.here.families[1].business.pk,
        "month": f"{timezone.localdate():%Y-%m}",
        "quantity": "3",
        "fee": "9000",
    }


def _goods() -> dict[str, Any]:
    return {"name": "Baju", "price": 1000, "unit": "potong", "minimum_order": 1}


def _own_report(reader: Reader, quantity: str = "12") -> dict[str, Any]:
    if reader.family is None:
        return {}
    [line] = reader.family.business.product_lines.all()
    return {f"quantity-{line.pk}": quantity, f"value-{line.pk}": "", "checked": "on"}


def _reports(world: World) -> list[list[Any]]:
    [line] = world.here.business.product_lines.all()
    row = [
        "2022-01",
        world.here.cluster.name,
        world.here.business.name,
        line.name,
        line.unit,
        "",
        10,
        "",
        "",
        str(line.pk),
    ]
    return [list(WORKBOOK_HEADINGS), row]


def _xlsx(rows: list[list[Any]]) -> SimpleUploadedFile:
    return SimpleUploadedFile("daftar.xlsx", workbook(rows))


REGISTER = [["Nama Pemilik", "Nama Usaha", "Produk"], ["Suminah", "Jahit Suminah", "Seragam"]]
PLAN = {"title": "Lapak", "responsible_name": "Dinas"}
PRESSED = {"ya": "1"}
BEGAN, KNOWN = "2022-03-31T08:00", "2022-03-31T09:00"
LEAK = {"title": "HP hilang", "began_at": BEGAN, "known_at": KNOWN, "what": "HP", "how": "Dicuri"}
BUSINESS = {"name": "Jahit Baru", "owner_name": "Pemilik Baru", "status": "producing"}
FORMS: dict[str, Maker] = {
    "home:language_set": lambda world, reader: {"language": "en"},
    "accounts:link_days_change": lambda world, reader: {"days": "200"},
    "accounts:sign_in": lambda world, reader: {"username": world.here.officer.email, "password": PASSWORD},
    "accounts:app_enrol": lambda world, reader: {"password": PASSWORD, "code": _code()},
    "accounts:app_drop": lambda world, reader: {"password": PASSWORD, "code": _code()},
    "accounts:passkey_enrol": lambda world, reader: {"password": PASSWORD, "name": "Kunci", "credential": "{}"},
    "accounts:passkey_drop": lambda world, reader: {"password": PASSWORD, "code": _code()},
    "accounts:codes_renew": lambda world, reader: {"password": PASSWORD, "code": _code()},
    "accounts:password_change": lambda world, reader: {
        "old_password": PASSWORD,
        "new_password1": "jaring-ikan-kering",
        "new_password2": "jaring-ikan-kering",
    },
    "accounts:password_forgotten": lambda world, reader: {
        "new_password1": "jaring-ikan-kering",
        "new_password2": "jaring-ikan-kering",
    },
    "accounts:invitation_accept": lambda world, reader: {
        "new_password1": "jaring-ikan-kering",
        "new_password2": "jaring-ikan-kering",
    },
    "accounts:invitation_create": lambda world, reader: {
        "name": "Kawan",
        "email": "kawan@contoh.test",
        "role": "officer",
    },
    "accounts:role_grant": lambda world, reader: {"role": "leader"},
    "registry:cluster_create": lambda world, reader: {"name": "Sentra Baru", "basis": "none"},
    "registry:cluster_change": lambda world, reader: {"name": "Sentra Baru", "basis": "none", "place": "Dusun"},
    "registry:cluster_name_head": lambda world, reader: {"name": "Ketua Baru"},
    "registry:business_create": lambda world, reader: BUSINESS,
    "registry:business_create_outside": lambda world, reader: BUSINESS,
    "registry:business_change": lambda world, reader: {**BUSINESS, "owner_name": world.here.business.owner.name},
    "registry:group_change": lambda world, reader: {"name": "Kelompok Lain", "decree_number": "SK 1"},
    "registry:group_create": lambda world, reader: {"name": "Kelompok Baru"},
    "registry:group_detail": lambda world, reader: {"business": world.here.business.pk, "office": "chair"},
    "registry:business_find_nik": lambda world, reader: {
        "nik": next(text for text in world.here.families[0].identity if len(text) == 16 and text.isdigit())
    },
    "registry:business_close": lambda world, reader: {"day": "2022-03-31"},
    "registry:product_line_create": lambda world, reader: {"name": "Mukena", "unit": "potong"},
    "registry:owner_detail_record": lambda world, reader: {"value": "sma", "as_of": _today(), "source": "owner"},
    "registry:permit_create": lambda world, reader: {"kind": "sni", "number": "SNI 1"},
    "registry:product_line_end": lambda world, reader: {"day": _today()},
    "imports:batch_create": lambda world, reader: {"workbook": _xlsx(REGISTER), "cluster": world.here.cluster.pk},
    "visits:visit_plan": lambda world, reader: {
        "cluster": world.here.cluster.pk,
        "planned_for": _today(40),
        "purpose": "Sambang",
    },
    "visits:visit_change": lambda world, reader: {"planned_for": _today(40), "purpose": "Sambang"},
    "visits:visit_conduct": lambda world, reader: {"held_on": DAY.isoformat(), "summary": "Bahan"},
    "visits:visit_attendance": lambda world, reader: {f"hadir-{world.here.business.pk}": "no"},
    "visits:guest_add": lambda world, reader: {"name": "Tamu Lain"},
    "visits:photo_arrange": lambda world, reader: {"story_position": "1", "public_consent": "Semua, lisan"},
    "visits:photo_add": lambda world, reader: {"image": photo_file("navy")},
    "aspirations:aspiration_group": lambda world, reader: {
        "aspirasi": [world.here.rows["loose"]],
        "title": "Modal",
        "difficulty": "capital",
    },
    "aspirations:aspiration_group_outside": lambda world, reader: {
        "aspirasi": [world.here.rows["loose_outside"]],
        "title": "Kemasan",
        "difficulty": "material",
    },
    "actions:confirmation_share": lambda world, reader: {"share": "60"},
    "aspirations:visit_record_grid": lambda world, reader: {
        f"{world.here.business.pk}-seen": "",
        f"{world.here.business.pk}-present": "no",
    },
    "aspirations:visit_record": lambda world, reader: {"present": "yes", "id": uuid4()},
    "aspirations:aspiration_correct": lambda world, reader: {
        "text": "Lain",
        "kind": "aspiration",
        "difficulty": "capital",
    },
    "aspirations:aspiration_ungroup": lambda world, reader: PRESSED,
    "aspirations:aspiration_transfer": lambda world, reader: {"matter": world.here.rows["matter_id"]},
    "aspirations:matter_merge": lambda world, reader: {"matter": world.here.rows["matter_id"]},
    "aspirations:comment_add": lambda world, reader: {"text": "Pendapat"},
    "aspirations:idea_propose": lambda world, reader: {"proposal": "Gagasan"},
    "aspirations:matter_set_aside": lambda world, reader: {"because": "Tidak mungkin"},
    "aspirations:idea_vote": lambda world, reader: {"suara": "setuju"},
    "actions:action_promise": lambda world, reader: {**PLAN, "due_on": _today(40)},
    "actions:action_commit": lambda world, reader: {**PLAN, "due_on": _today(40)},
    "actions:action_link": lambda world, reader: {"matter": world.here.rows["matter_id"]},
    "actions:step_add": lambda world, reader: {"title": "Langkah"},
    "actions:action_claim": lambda world, reader: {"claim": "Sudah"},
    "actions:action_drop": lambda world, reader: {"because": "Batal"},
    "actions:action_replan": lambda world, reader: {
        "responsible_name": "Dinas",
        "due_on": _today(40),
        "because": "Hujan",
    },
    "production:report_create": lambda world, reader: _report(world),
    "production:report_withdraw": lambda world, reader: {"because": "IKM lain"},
    "production:report_correct": lambda world, reader: _report(world, "13"),
    "production:report_grid": lambda world, reader: {
        f"{world.here.business.pk}-{name}": value for name, value in {**_report(world), "seen": ""}.items()
    },
    "production:report_grid_paste": lambda world, reader: {"block": "Entah\t12"},
    "production:workbook_import": lambda world, reader: {"workbook": _xlsx(_reports(world))},
    "production:paper_import": lambda world, reader: {"photos": photo_file("navy")},
    "production:paper_confirm": lambda world, reader: _checked_sheet(world),
    "market:item_create": lambda world, reader: {"name": "Baju", "price": 1000, "unit": "potong", "minimum_order": 1},
    "market:marketplace_fill": lambda world, reader: {"stock": "1"},
    "selling:marketplace_fill": lambda world, reader: {"stock": "1"},
    "market:item_change": lambda world, reader: {"name": "Baju", "price": 1000, "unit": "potong", "minimum_order": 1},
    "market:mapping_upload": lambda world, reader: {
        "name": "Tokopedia",
        "workbook": SimpleUploadedFile("template.xlsx", workbook([["Nama Produk", "Harga"]])),
    },
    "market:mapping_detail": lambda world, reader: {
        "first_row": "2",
        "kolom-TOTAL_FORMS": "2",
        "kolom-INITIAL_FORMS": "2",
        "kolom-0-field": "name",
        "kolom-1-field": "price",
    },
    "market:picture_create": lambda world, reader: {"image": photo_file("pink"), "alt": "Baju"},
    "market:channel_create": lambda world, reader: {"kind": "lazada", "address": "toko"},
    "market:online_share_change": lambda world, reader: {"month": "2022-01", "percent": 10},
    "siinas:sheet_change": lambda world, reader: {"workers": "4"},
    "siinas:target_change": lambda world, reader: {"businesses": "60"},
    "owners:sheet_change": lambda world, reader: {"workers": "4"},
    "market:item_return": lambda world, reader: {"unmet": ["photo"]},
    "selling:item_create": lambda world, reader: {**_goods(), "photo": photo_file("pink")},
    "selling:photo_create": lambda world, reader: {"photo": photo_file("pink")},
    "selling:item_change": lambda world, reader: _goods(),
    "selling:quiz_answer": lambda world, reader: {f"jawaban-{number}": "1" for number in (1, 2, 3)},
    "selling:share_answer": lambda world, reader: {"quantity": "5"},
    "pooling:pooled_order_create": lambda world, reader: {
        "cluster": world.here.cluster.pk,
        "title": "Seragam",
        "quantity": 9,
        "unit": "potong",
        "due_on": _today(40),
    },
    "pooling:pooled_order_detail": lambda world, reader: {str(world.here.business.pk): 6},
    "selling:work_create": lambda world, reader: _work(world),
    "selling:work_withdraw": lambda world, reader: {"because": "Keliru"},
    "contracting:work_create": lambda world, reader: _work(world),
    "contracting:work_withdraw": lambda world, reader: {"because": "Keliru"},
    "selling:order_create": lambda world, reader: {
        "item": world.here.rows["item_id"],
        "quantity": "2",
        "ordered_on": _today(),
    },
    "costing:sheet_create": lambda world, reader: {"name": "Barang Baru", "material": "5.000", "labour": "2.000"},
    "costing:sheet_detail": lambda world, reader: _costs("Baju"),
    "insight:panel_draw": lambda world, reader: {
        "size": Business.objects.filter(in_region("region__code", world.here.council.region_code)).active().count()
    },
    "insight:evaluation_create": lambda world, reader: {"subject": "capital", "until": f"{timezone.localdate():%Y-%m}"},
    "insight:base_change": lambda world, reader: dict.fromkeys(
        ("first", "last"), f"{world.here.rows['reported']:%Y-%m}"
    ),
    "facilitation:programme_create": lambda world, reader: {
        "council": world.here.council.pk,
        "name": "Program Baru",
        "year": 2026,
    },
    "facilitation:programme_change": lambda world, reader: {"name": "Merek", "year": 2026},
    "facilitation:rule_add": lambda world, reader: {"kind": "document", "value": "NPWP"},
    "facilitation:candidate_offer": lambda world, reader: {"businesses": [world.here.neighbour.pk]},
    "facilitation:candidate_answer": lambda world, reader: {str(world.here.rows["rule_id"]): "ya"},
    "facilitation:application_advance": lambda world, reader: {"stage": "requested", "happened_on": _today()},
    "maps:cluster_position": lambda world, reader: {"point": "-7.75, 110.39", "source": "link"},
    "maps:business_position": lambda world, reader: {"point": "-7.75, 110.39", "source": "link", "agreed": "on"},
    "maps:outline_upload": lambda world, reader: {
        "file": SimpleUploadedFile("batas.json", outline_file(world.here.cluster.region_id))
    },
    "papers:letterhead_change": lambda world, reader: {"town": "Sleman"},
    "aspirations:difficulty_create": lambda world, reader: {"label": "Limbah", "is_offered": "on"},
    "aspirations:difficulty_change": lambda world, reader: {"label": "Permodalan", "is_offered": "on"},
    "papers:message_change": lambda world, reader: {"text": "Halo {pemilik}: {tautan}"},
    "papers:signer_create": lambda world, reader: {"name": "Pak Pejabat", "position": "Sekretaris"},
    "papers:signer_change": lambda world, reader: {"name": "Bu Pejabat", "position": "Ketua"},
    "home:paper_number": lambda world, reader: {"number": "090/1", "dated_on": "2026-01-05"},
    "facilitation:letter_number": lambda world, reader: {"number": "090/2", "dated_on": "2026-01-05"},
    "indicators:indicator_create": lambda world, reader: {
        "objective": "Pembinaan",
        "name": "Indikator Baru",
        "measure": "trained",
        "unit": "IKM",
        "polarity": "rising",
    },
    "indicators:indicator_change": lambda world, reader: {
        "objective": "Pembinaan",
        "name": "IKM dibina",
        "measure": "coached",
        "unit": "IKM",
        "polarity": "rising",
    },
    "indicators:indicator_detail": lambda world, reader: {_today()[:4]: "12"},
    "training:course_create": lambda world, reader: {
        "council": world.here.council.pk,
        "title": "Kelas Baru",
        "topic": "online",
    },
    "training:course_change": lambda world, reader: {"title": "Kelas Lain", "topic": "online"},
    "training:trainer_create": lambda world, reader: {"name": "Pelatih Baru", "contact": "0812", "is_active": "on"},
    "training:trainer_change": lambda world, reader: {"name": "Pelatih Lain", "is_active": "on"},
    "training:screenshot_detail": lambda world, reader: {"answer": "yes"},
    "selling:step_create": lambda world, reader: {"step": "3_live_product", "reached_on": _today()},
    "training:session_change": lambda world, reader: {"held_on": "2022-05-02"},
    "actions:spent_change": lambda world, reader: {"spent": "2.500.000"},
    "actions:attachment_add": lambda world, reader: {"title": "Kuitansi", "file": photo_file("blue")},
    "actions:action_correct": lambda world, reader: {"title": "Lapak lain", "because": "Salah ketik"},
    "aspirations:matter_change": lambda world, reader: {"title": "Pasar lain", "difficulty": "price"},
    "registry:permit_change": lambda world, reader: {"kind": "halal", "number": "HALAL-9"},
    "visits:correction_add": lambda world, reader: {"text": "Jam mulainya pukul 09.00."},
    "home:row_withdraw": lambda world, reader: {"because": "Salah catat"},
    "training:session_create": lambda world, reader: {"held_on": "2022-05-01"},
    "training:course_enrol": lambda world, reader: {"businesses": [world.here.neighbour.pk]},
    "training:score_change": lambda world, reader: _scores(world),
    "training:ladder_detail": lambda world, reader: {"step": "2_shop", "reached_on": "2022-04-01"},
    "owners:report_create": lambda world, reader: _own_report(reader),
    "owners:report_correct": lambda world, reader: _own_report(reader),
    "owners:aspiration_create": lambda world, reader: {
        "id": uuid4(),
        "text": "Ingin",
        "kind": "aspiration",
        "difficulty": "capital",
    },
    "owners:link_export": lambda world, reader: {"token": [world.here.links[0].token]},
    "privacy:request_answer": lambda world, reader: {"outcome": "done", "answer": "Sudah"},
    "privacy:business_erase": lambda world, reader: {"sure": "on"},
    "privacy:statement_change": lambda world, reader: {
        "controller": "Dekranasda",
        "address": "Jalan Parasamya",
        "contact": "0274",
        "recipients": "Tidak ada",
        "complaints": "Ke kantor",
    },
    "privacy:breach_create": lambda world, reader: LEAK,
    "privacy:breach_change": lambda world, reader: LEAK,
    "rights:correction_request": lambda world, reader: {"text": "Alamat saya RT 3"},
    "rights:restriction_request": lambda world, reader: {"text": ""},
    "rights:erasure_request": lambda world, reader: {"sure": "on"},
    "intake:device_import": lambda world, reader: {"berkas": exported_file(world)},
    "intake:conflict_decide": lambda world, reader: {"pilihan": "sekarang"},
    "odk:key_create": lambda world, reader: {
        "phone": "HP",
        "person": reader.person.pk if reader.person else "",
        "council": world.here.council.pk,
    },
    "odk_phone:submission_create": lambda world, reader: {
        "xml_submission_file": SimpleUploadedFile("isian.xml", own_answers("uuid:baru"), "text/xml"),
    },
    "odk:form_create": lambda world, reader: {
        "xlsform": SimpleUploadedFile("formulir.xlsx", own_workbook("2")),
        "council": world.here.council.pk,
    },
}
SPOKEN: dict[str, Callable[[World, Reader], Any]] = {  # in JSON, by phones
    "field:device_register": lambda world, reader: {"device": str(uuid4()), "name": "HP"},
    "field:item_receive": lambda world, reader: {"device": str(uuid4()), "items": [field_item(world, reader)]},
}
SESSIONS: dict[str, Callable[[], dict[str, Any]]] = {
    "accounts:app_enrol": lambda: {"new_code_app": totp.encrypt_key(CODE_KEY).decode()},
}


def _code() -> str:
    return totp.code_at(CODE_KEY, totp.step_at(time.time()))


def _scores(world: World) -> dict[str, Any]:
    enrolment = world.here.business.enrolments.get(course=world.here.rows["course_id"])
    return {f"{enrolment.pk}-before": 40, f"{enrolment.pk}-after": 80}


def sent_to(name: str, world: World, reader: Reader) -> Sent:
    if name in SPOKEN:
        return Sent(json.dumps(SPOKEN[name](world, reader)), "application/json")
    data = FORMS[name](world, reader) if name in FORMS else {}
    headers = {"X-OpenRosa-Version": "1.0"} if name.startswith("odk_phone:") else {}
    return Sent(data, headers=headers, session=SESSIONS[name]() if name in SESSIONS and reader.person else {})
