"""Every noun has operations for correction and withdrawal, or an entry with the reason."""

from __future__ import annotations

import pytest
from django.apps import apps

from sambang.access.roles import ROLE_VERBS
from sambang.audit.withdrawal import Withdrawable
from sambang.home.withdrawable import WITHDRAWABLE_KINDS

# What people enter: the verb that corrects it and the verb that takes it back.
FORGIVEN: dict[str, tuple[str, str]] = {
    "access.Council": ("accounts.set_link_days", "ops.close_council"),
    "access.Person": ("accounts.change_password", "accounts.deactivate"),
    "access.Membership": ("accounts.grant", "accounts.withdraw_role"),
    "registry.Cluster": ("registry.change_cluster", "registry.withdraw"),
    "registry.Group": ("registry.change_group", "registry.withdraw"),
    "registry.GroupMember": ("registry.name_group_officer", "registry.name_group_officer"),
    "registry.Business": ("registry.change_business", "registry.close_business"),
    "registry.Permit": ("registry.change_permit", "registry.withdraw"),
    "registry.OwnerDetail": ("registry.record_owner_detail", "registry.record_owner_detail"),
    "registry.MergeRecord": ("registry.merge", "registry.merge"),
    "papers.Letterhead": ("papers.set_letterhead", "papers.set_letterhead"),
    "papers.Signer": ("papers.change_signer", "papers.change_signer"),
    "aspirations.DifficultyVersion": ("aspirations.set_difficulty", "aspirations.set_difficulty"),
    "papers.MessageText": ("papers.set_message_text", "papers.set_message_text"),
    "papers.PaperNumber": ("papers.assign_number", "papers.assign_number"),
    "visits.Visit": ("visits.conduct", "visits.withdraw"),
    "visits.Guest": ("visits.add_guest", "visits.delete_record"),
    "visits.Photo": ("visits.arrange_photo", "visits.delete_record"),
    "visits.Attendance": ("visits.attend", "visits.attend"),
    "visits.Signature": ("visits.sign_by_head", "visits.withdraw"),
    "aspirations.Matter": ("aspirations.group", "aspirations.set_aside"),
    "aspirations.Aspiration": ("aspirations.correct", "aspirations.withdraw"),
    "aspirations.Comment": ("aspirations.comment", "aspirations.withdraw"),
    "aspirations.Idea": ("aspirations.propose", "aspirations.withdraw"),
    "aspirations.Vote": ("aspirations.vote", "aspirations.vote"),
    "actions.Action": ("actions.replan", "actions.drop"),
    "actions.Attachment": ("actions.add_attachment", "actions.withdraw"),
    "actions.Confirmation": ("actions.confirm", "actions.dispute"),
    "production.Report": ("production.correct", "production.withdraw"),
    "production.ReportLine": ("production.correct", "production.withdraw"),
    "production.ContractedWork": ("production.answer_contracted_work", "production.withdraw_contracted_work"),
    "production.SurveyPanel": ("production.draw_panel", "production.ask_everybody"),
    "market.Consent": ("market.consent", "market.consent"),
    "market.Item": ("market.change_item", "market.withdraw"),
    "market.Picture": ("market.add_picture", "market.withdraw"),
    "market.Channel": ("market.set_channel", "market.set_channel"),
    "market.MarketplaceMapping": ("market.map_marketplace", "market.withdraw"),
    "market.OnlineShare": ("market.set_online_share", "market.set_online_share"),
    "selling.Order": ("selling.mark_order", "selling.cancel_order"),
    "selling.SpareCapacity": ("selling.declare_capacity", "selling.declare_capacity"),
    "selling.PooledOrder": ("selling.split_order", "selling.cancel_pooled_order"),
    "selling.PooledShare": ("selling.split_order", "selling.split_order"),
    "assignments.AssignmentLink": ("assignments.make_link", "assignments.revoke_link"),
    "training.Trainer": ("training.change_trainer", "training.change_trainer"),
    "training.Course": ("training.change_course", "training.withdraw"),
    "training.Session": ("training.change_session", "training.withdraw"),
    "training.Enrolment": ("training.score", "training.withdraw"),
    "training.Attendance": ("training.attend", "training.attend"),
    "training.LadderStep": ("training.record_ladder_step", "training.withdraw"),
    "training.Screenshot": ("training.answer_screenshot", "training.record_own_step"),
    "maps.ClusterPosition": ("maps.set_position", "maps.remove_position"),
    "maps.BusinessPosition": ("maps.set_position", "maps.remove_position"),
    "maps.Outline": ("maps.set_outlines", "maps.remove_outlines"),
    "facilitation.Programme": ("facilitation.change_programme", "facilitation.change_programme"),
    "facilitation.Rule": ("facilitation.add_rule", "facilitation.remove_rule"),
    "facilitation.RuleAnswer": ("facilitation.answer_rule", "facilitation.answer_rule"),
    "facilitation.Application": ("facilitation.advance", "facilitation.advance"),
    "siinas.QuarterSheet": ("siinas.save", "siinas.save"),
    "siinas.QuarterTarget": ("siinas.set_target", "siinas.set_target"),
    "indicators.Indicator": ("indicators.change", "indicators.withdraw"),
    "indicators.Target": ("indicators.set_target", "indicators.set_target"),
    "costing.CostSheet": ("costing.save", "costing.delete"),
    "costing.CostItem": ("costing.save", "costing.save"),
    "odk.OdkForm": ("odk.offer_form", "odk.withdraw_form"),
    "privacy.PrivacyStatement": ("privacy.change_statement", "privacy.change_statement"),
    "privacy.Breach": ("privacy.note_breach", "privacy.note_breach"),
    "notices.NoticeSettings": ("notices.choose", "notices.choose"),
    "owners.PersonalLink": ("owners.make_link", "owners.revoke_link"),
    "odk.CollectKey": ("odk.make_key", "odk.revoke_key"),
    "intake.Device": ("intake.decide", "intake.revoke_device"),
    "accounts.AuthenticatorApp": ("accounts.enrol", "accounts.drop_factor"),
    "accounts.Passkey": ("accounts.enrol", "accounts.drop_factor"),
    "accounts.RecoveryCode": ("accounts.renew_codes", "accounts.renew_codes"),
}
LOG = "a log: it says what happened, and a later row corrects an earlier one"
DERIVED = "computed from other rows, which are corrected"
TOKEN = "a token or counter of signing in, with an end"
REFERENCE = "a public reference table"
EXCEPT: dict[str, str] = {
    "audit.Entry": LOG,
    "actions.ActionEvent": LOG,
    "actions.Step": "struck out with its action; a second step says it better",
    "facilitation.ApplicationEvent": LOG,
    "visits.VisitCorrection": LOG,
    "registry.ProductLine": "reports count in its unit: it ends, and the right one is added",
    "production.Price": DERIVED,
    "production.PanelMember": "drawn by chance: the panel is drawn anew",
    "training.QuizResult": "a measurement: an answer after the lesson replaces the earlier one",
    "privacy.DataRequest": "a request of an owner: it is answered, never changed",
    "audit.ChainHead": DERIVED,
    "audit.IdempotencyKey": TOKEN,
    "ops.WriteCheck": TOKEN,
    "accounts.Invitation": TOKEN,
    "accounts.PendingMembership": TOKEN,
    "accounts.PasswordLink": TOKEN,
    "accounts.FailedVerification": TOKEN,
    "accounts.RememberedBrowser": TOKEN,
    "accounts.ActiveSession": TOKEN,
    "owners.UsedCode": TOKEN,
    "owners.FailedAttempt": TOKEN,
    "registry.Region": REFERENCE,
    "registry.Industry": REFERENCE,
    "registry.IndustryChange": REFERENCE,
    "registry.FormerKey": DERIVED,
    "imports.ImportBatch": "a preview: nothing is stored before it is confirmed",
    "imports.SourceList": LOG,
    "imports.HeadingChoice": "the next import of such a list asks again",
    "production.Cell": DERIVED,
    "production.CellSum": DERIVED,
    "production.CellEvent": DERIVED,
    "production.CellChange": DERIVED,
    "insight.Run": DERIVED,
    "insight.Series": DERIVED,
    "insight.Point": DERIVED,
    "insight.Evaluation": "registered before looking: a second one is registered beside it, and both are shown",
    "insight.SimulatedIndex": "made-up figures of the demo",
    "intake.Epoch": TOKEN,
    "intake.DeviceKey": TOKEN,
    "intake.Received": LOG,
    "intake.ReceivedFile": LOG,
    "intake.Conflict": "decided by a person, once",
    "odk.FormMedia": "goes with its form",
    "odk.Submission": LOG,
    "odk.SentFile": LOG,
}


def test_every_model_is_forgiven_or_says_why_not() -> None:
    ours = {model._meta.label for model in apps.get_models() if model.__module__.startswith("sambang.")}
    assert len(ours) > 80
    assert not set(FORGIVEN) & set(EXCEPT)
    assert ours == set(FORGIVEN) | set(EXCEPT)


@pytest.mark.parametrize("label", FORGIVEN)
def test_somebody_may_use_both_verbs(label: str) -> None:
    assert set(FORGIVEN[label]) <= set().union(*ROLE_VERBS.values())


def test_what_is_withdrawn_with_a_reason_is_named_with_that_verb() -> None:
    for kind in WITHDRAWABLE_KINDS.values():
        assert FORGIVEN[kind.model._meta.label][1] == f"{kind.room}.withdraw"
    assert {kind.model for kind in WITHDRAWABLE_KINDS.values()} == {
        model for model in apps.get_models() if issubclass(model, Withdrawable)
    }
