"""REACH: for each model the lookup paths from a row to its region, its owner and its head, by which rows are in a
person's reach.

Models are named by label, so this layer does not import the apps above it. Every model is listed here, in UNSCOPED or
in `exemptions.CLOSED_TO_READERS` (tests/test_access.py); docs/access.md is generated from these tables.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models


@dataclass(frozen=True)
class Reach:
    """Lookup paths from a model to the region code that councils are matched by, and to the owning and heading
    person; a row may belong to several sentra by `other_head`, and to an IKM outside any by `other_owner`."""

    region: str
    owner: str = ""
    head: str = ""
    other_head: str = ""
    other_owner: str = ""


BUSINESS = Reach("business__region__code", owner="business__owner", head="business__cluster__head")
CLUSTER = Reach("cluster__region__code", owner="cluster__businesses__owner", head="cluster__head")
MATTER = Reach(
    "matter__region__code",
    owner="matter__aspirations__business__owner",
    head="matter__cluster__head",
    other_head="matter__aspirations__business__cluster__head",
)
# Credentials of one person, reached by that person and by administrators of their councils.
OWN = Reach("person__memberships__council__region_code", owner="person")
REACH: dict[str, Reach] = {
    "access.Council": Reach("region_code"),
    # Everybody owns their own account. A person in several councils is reached through any of them; operations on
    # another person's account check all of them (`accounts.operations.members.require_outranks`).
    "access.Person": Reach("memberships__council__region_code", owner="pk"),
    "access.Membership": Reach("council__region_code", owner="person"),
    "audit.Entry": Reach("region_code"),
    "admin.LogEntry": Reach("user__memberships__council__region_code", owner="user"),
    "accounts.Invitation": Reach("council__region_code"),
    "accounts.PendingMembership": Reach("council__region_code"),
    "accounts.PasswordLink": Reach("person__memberships__council__region_code"),
    "accounts.AuthenticatorApp": OWN,
    "accounts.Passkey": OWN,
    "accounts.RecoveryCode": OWN,
    "accounts.FailedVerification": OWN,
    "accounts.RememberedBrowser": OWN,
    "registry.Cluster": Reach("region__code", owner="businesses__owner", head="head"),
    "registry.Group": CLUSTER,
    "registry.GroupMember": BUSINESS,
    "registry.Business": Reach("region__code", owner="owner", head="cluster__head"),
    "registry.ProductLine": BUSINESS,
    "registry.FormerKey": BUSINESS,
    "registry.MergeRecord": BUSINESS,
    "registry.Permit": BUSINESS,
    "registry.OwnerDetail": BUSINESS,
    "imports.ImportBatch": Reach("region__code"),
    "papers.Letterhead": Reach("council__region_code"),
    "papers.Signer": Reach("council__region_code"),
    "papers.MessageText": Reach("council__region_code"),
    "papers.PaperNumber": Reach("council__region_code"),
    "imports.HeadingChoice": Reach("council__region_code"),
    "imports.SourceList": Reach("region__code"),
    "imports.SourceList_businesses": Reach("sourcelist__region__code"),
    "visits.Visit": Reach(
        "region__code", owner="cluster__businesses__owner", head="cluster__head", other_owner="business__owner"
    ),
    "visits.Visit_team": Reach(
        "visit__region__code",
        owner="visit__cluster__businesses__owner",
        head="visit__cluster__head",
        other_owner="visit__business__owner",
    ),
    "visits.Guest": Reach("visit__region__code", head="visit__cluster__head"),
    "visits.VisitCorrection": Reach("visit__region__code", head="visit__cluster__head"),
    "visits.Attendance": BUSINESS,
    "visits.Signature": Reach("visit__region__code", head="visit__cluster__head"),
    "visits.Photo": Reach("visit__region__code", owner="business__owner", head="visit__cluster__head"),
    "aspirations.Aspiration": BUSINESS,
    "aspirations.Matter": Reach(
        "region__code",
        owner="aspirations__business__owner",
        head="cluster__head",
        other_head="aspirations__business__cluster__head",
    ),
    "aspirations.Comment": MATTER,
    "aspirations.Idea": MATTER,
    "aspirations.Vote": Reach(
        "idea__matter__region__code",
        owner="by",
        head="idea__matter__cluster__head",
        other_head="idea__matter__aspirations__business__cluster__head",
    ),
    "actions.Action": Reach(
        "region__code",
        owner="confirmations__business__owner",
        head="cluster__head",
        other_head="matter__aspirations__business__cluster__head",
    ),
    "actions.Step": Reach(
        "action__region__code",
        owner="action__confirmations__business__owner",
        head="action__cluster__head",
        other_head="action__matter__aspirations__business__cluster__head",
    ),
    "actions.Attachment": Reach("action__region__code"),
    "actions.ActionEvent": Reach(
        "action__region__code",
        owner="action__confirmations__business__owner",
        head="action__cluster__head",
        other_head="action__matter__aspirations__business__cluster__head",
    ),
    "actions.Confirmation": BUSINESS,
    "assignments.AssignmentLink": Reach("action__region__code"),
    "production.Report": BUSINESS,
    "production.ReportLine": Reach("report__business__region__code", owner="report__business__owner"),
    "production.ContractedWork": Reach(
        "region__code", owner="product_line__business__owner", other_owner="contractor__owner"
    ),
    "production.SurveyPanel": Reach("council__region_code"),
    "production.PanelMember": BUSINESS,
    "production.Price": Reach(
        "product_line__business__region__code",
        owner="product_line__business__owner",
        head="product_line__business__cluster__head",
    ),
    "production.Cell": Reach("region__code"),
    "production.CellSum": Reach("cell__region__code"),
    "production.CellChange": Reach("cell__region__code"),
    "production.CellEvent": Reach("changes__cell__region__code"),
    "maps.ClusterPosition": CLUSTER,
    "maps.BusinessPosition": BUSINESS,
    "maps.Outline": Reach("council__region_code"),
    "market.Item": BUSINESS,
    "market.Picture": Reach(
        "item__business__region__code", owner="item__business__owner", head="item__business__cluster__head"
    ),
    "market.Channel": BUSINESS,
    "market.OnlineShare": BUSINESS,
    "market.MarketplaceMapping": Reach("council__region_code"),
    "market.Consent": BUSINESS,
    "training.Trainer": Reach("council__region_code"),
    "training.Course": Reach("council__region_code"),
    "training.Session": Reach("course__council__region_code"),
    "training.Enrolment": BUSINESS,
    "training.Attendance": Reach(
        "enrolment__business__region__code",
        owner="enrolment__business__owner",
        head="enrolment__business__cluster__head",
    ),
    "training.LadderStep": BUSINESS,
    "training.QuizResult": BUSINESS,
    "training.Screenshot": BUSINESS,
    "facilitation.Programme": Reach("council__region_code"),
    "facilitation.Rule": Reach("programme__council__region_code"),
    "facilitation.RuleAnswer": Reach("business__region__code"),
    "facilitation.Application": Reach("business__region__code"),
    "facilitation.ApplicationEvent": Reach("application__business__region__code"),
    "siinas.QuarterSheet": Reach("business__region__code", owner="business__owner"),
    "siinas.QuarterTarget": Reach("council__region_code"),
    "costing.CostSheet": Reach("business__region__code", owner="business__owner"),
    "costing.CostItem": Reach("sheet__business__region__code", owner="sheet__business__owner"),
    "selling.Order": Reach("item__business__region__code", owner="item__business__owner"),
    "selling.SpareCapacity": Reach(
        "product_line__business__region__code",
        owner="product_line__business__owner",
        head="product_line__business__cluster__head",
    ),
    "selling.PooledOrder": Reach("cluster__region__code", owner="shares__business__owner", head="cluster__head"),
    "selling.PooledShare": BUSINESS,
    "indicators.Indicator": Reach("council__region_code"),
    "indicators.Target": Reach("indicator__council__region_code"),
    "insight.Run": Reach("region_code"),
    "insight.Series": Reach("region_code", owner="cluster__businesses__owner", head="cluster__head"),
    "insight.Point": Reach(
        "series__region_code", owner="series__cluster__businesses__owner", head="series__cluster__head"
    ),
    "insight.SimulatedIndex": CLUSTER,
    "insight.Evaluation": Reach("council__region_code"),
    "owners.PersonalLink": BUSINESS,
    "owners.UsedCode": Reach(
        "link__business__region__code", owner="link__business__owner", head="link__business__cluster__head"
    ),
    "intake.Device": Reach("region_code"),
    "intake.DeviceKey": Reach("device__region_code", owner="person"),
    "intake.Received": Reach("region_code"),
    "intake.ReceivedFile": OWN,
    "intake.Conflict": Reach("region_code"),
    "privacy.DataRequest": BUSINESS,
    "privacy.Breach": Reach("council__region_code"),
    "privacy.PrivacyStatement": Reach("council__region_code"),
    "notices.NoticeSettings": OWN,
    "odk.CollectKey": Reach("council__region_code"),
    "odk.OdkForm": Reach("council__region_code"),
    "odk.FormMedia": Reach("form__council__region_code"),
    "odk.Submission": Reach("council__region_code"),
    "odk.SentFile": Reach("submission__council__region_code"),
}

# Installation-wide tables without personal or council data; every reader may read them, none may write.
UNSCOPED: dict[str, str] = {
    "registry.Region": "public reference table (Kemendagri)",
    "registry.Industry": "public reference table (KBLI)",
    "aspirations.DifficultyVersion": "labels of difficulties, one list for the installation",
    "registry.IndustryChange": "public reference table (KBLI 2020 to 2025)",
    "ops.WriteCheck": "one row without content, which /ready writes",
    "audit.ChainHead": "number and hash of the last audit entry",
    "intake.Epoch": "counter of receipts, one for the installation",
    "contenttypes.ContentType": "Django's list of our own models",
    "auth.Permission": "Django's list of admin permissions; `Person.has_perm` decides",
    "auth.Group": "Django's, empty: roles are memberships",
    "auth.Group_permissions": "Django's, empty: roles are memberships",
}


def reach_of(model: type[models.Model]) -> Reach:
    return REACH[model._meta.label]
