"""Which verbs each role may use. A verb without an operation, or an operation without a verb, fails
tests/test_access.py."""

from __future__ import annotations

from sambang.access.models import Role

READ = frozenset({"registry.see_contact", "registry.see_finances"})
FIELD = READ | frozenset(
    {
        "registry.register_business",
        "registry.change_business",
        "registry.add_product_line",
        "registry.end_product_line",
        "registry.add_permit",
        "registry.see_identity",
        "visits.plan",
        "visits.conduct",
        "visits.attend",
        "visits.add_guest",
        "visits.add_photo",
        "visits.delete_record",
        "visits.sign_by_head",
        "aspirations.note",
        "aspirations.correct",
        "aspirations.delete",
        "aspirations.comment",
        "aspirations.propose",
        "aspirations.vote",
        "actions.promise",
        "actions.complete_step",
        "actions.add_step",
        "production.submit",
        "production.correct",
        "intake.see_received",
        "intake.try_again",
        "market.set_channel",
        "market.set_online_share",
        "training.attend",
        "training.score",
        "training.record_ladder_step",
        "facilitation.answer_rule",
        "odk.make_key",
        "odk.revoke_key",
        "odk.send",
    }
)
OFFICE = FIELD | frozenset(
    {
        "registry.register_cluster",
        "registry.change_cluster",
        "registry.form_group",
        "registry.change_group",
        "registry.name_group_officer",
        "imports.import_register",
        "registry.merge",
        "registry.close_business",
        "visits.sign_off",
        "visits.cancel",
        "aspirations.group",
        "aspirations.ungroup",
        "aspirations.set_aside",
        "aspirations.choose",
        "actions.commit",
        "actions.replan",
        "actions.claim",
        "actions.drop",
        "actions.reopen",
        "actions.set_confirmation_share",
        "market.offer",
        "market.change_item",
        "market.withdraw",
        "market.add_picture",
        "market.consent",
        "training.plan_course",
        "training.plan_session",
        "training.enrol",
        "papers.set_letterhead",
        "papers.add_signer",
        "papers.change_signer",
        "papers.assign_number",
        "indicators.define",
        "indicators.change",
        "indicators.set_target",
        "indicators.withdraw",
        "facilitation.plan_programme",
        "facilitation.change_programme",
        "facilitation.add_rule",
        "facilitation.remove_rule",
        "facilitation.offer",
        "facilitation.advance",
        "insight.compute",
        "insight.choose_base",
        "production.draw_panel",
        "production.ask_everybody",
        "owners.make_link",
        "owners.revoke_link",
        "owners.send_reminder",
        "intake.decide",
        "intake.import",
        "intake.revoke_device",
        "visits.see_position",
        "odk.give_key",
        "odk.offer_form",
        "odk.withdraw_form",
        "privacy.see_requests",
        "privacy.answer",
        "privacy.erase",
    }
)

ROLE_VERBS: dict[Role, frozenset[str]] = {
    Role.OFFICER: FIELD,
    Role.STAFF: OFFICE,
    Role.LEADER: READ | {"aspirations.comment", "aspirations.vote"},
    Role.ADMINISTRATOR: OFFICE
    | {
        "ops.see",
        "ops.close_council",
        "accounts.invite",
        "accounts.admit",
        "accounts.confirm_membership",
        "accounts.set_link_days",
        "accounts.grant",
        "accounts.leave",
        "accounts.reset_password",
        "accounts.take_factor",
        "accounts.require_second_factor",
        "accounts.allow_photo_positions",
        "accounts.end_sessions",
        "accounts.deactivate",
        "accounts.activate",
        "insight.record_simulated_index",
        "privacy.retain",
        "privacy.note_breach",
        "privacy.change_statement",
        "privacy.list_reads",
    },
    Role.HEAD: frozenset(
        {
            "aspirations.comment",
            "aspirations.propose",
            "aspirations.vote",
            "registry.see_contact",
            "owners.send_reminder",
        }
    ),
    # Only the business itself can confirm: nobody who did the work holds these two verbs.
    Role.OWNER: frozenset(
        {
            "actions.confirm",
            "actions.dispute",
            "aspirations.note",
            "aspirations.comment",
            "aspirations.vote",
            "production.submit",
            "production.correct",
            "market.consent",
            "privacy.ask",
            "costing.save",
            "costing.delete",
            "registry.see_contact",
            "registry.see_finances",
            "registry.see_identity",
            # Towards one's own account (the row of access.Person), whoever one is.
            "accounts.enrol",
            "accounts.drop_factor",
            "accounts.renew_codes",
            "accounts.change_password",
            "accounts.end_own_sessions",
        }
    ),
}

# Reading a guarded field is a verb without an operation: nothing is written.
READ_VERBS: dict[str, str] = {
    "registry.see_identity": "the NIK and NPWP of an owner, unsealed",
    "registry.see_contact": "the phone number and address of an owner",
    "visits.see_position": "where a photo was taken",
    "registry.see_finances": "capital and yearly sales of one business, unsealed",
    "ops.see": "whether the installation is backed up",
    "owners.send_reminder": "the personal link of an owner, in the reminder to that owner",
    "privacy.see_requests": "the list of what owners of the council asked",
    "privacy.list_reads": "who looked at whose guarded facts",
    "intake.see_received": "what phones brought in, word by word",
}
# A province or the ministry reads figures, never a family's identity: these verbs need a membership in the regency
# itself.
REGENCY_ONLY = frozenset(
    {
        "registry.see_identity",
        "registry.see_contact",
        "registry.see_finances",
        "registry.merge",
        "visits.see_position",
        "privacy.answer",
        "privacy.erase",
        "owners.send_reminder",
    }
)

# Which verb opens which column, by model: read by pages, exports, searches and names through `Reader` alone.
GUARDED_COLUMNS: dict[str, dict[str, str]] = {
    "registry.Business": {
        "owner": "registry.see_contact",
        "phone": "registry.see_contact",
        "phone_digest": "registry.see_contact",
        "address": "registry.see_contact",
        "nib": "registry.see_contact",
        "nik_encrypted": "registry.see_identity",
        "nik_digest": "registry.see_identity",
        "npwp": "registry.see_identity",
        "investment": "registry.see_finances",
        "investment_land": "registry.see_finances",
        "annual_sales": "registry.see_finances",
    },
    "registry.Cluster": {"head": "registry.see_contact"},
    "registry.Permit": {"number": "registry.see_contact"},
    "registry.ProductLine": dict.fromkeys(("capacity", "annual_value"), "registry.see_finances"),
    "visits.Attendance": {"represented_by": "registry.see_contact", "pulse": "registry.see_finances"},
    "market.OnlineShare": {"percent": "registry.see_finances"},
    "production.ReportLine": {"quantity": "registry.see_finances"},
    "visits.Photo": dict.fromkeys(("latitude", "longitude", "accuracy"), "visits.see_position"),
}
