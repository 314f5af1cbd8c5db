"""Every table of the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("thing", sa.String(length=32), nullable=False),
        sa.Column("thing_id", sa.String(length=12), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("frm", sa.String(length=32), nullable=True),
        sa.Column("to", sa.String(length=32), nullable=True),
        sa.Column("actor", sa.String(length=24), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("thing", "thing_id", "sequence", name=op.f("uq_event_thing_thing_id_sequence")),
    )
    op.create_index(op.f("ix_event_at"), "event", ["at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("topic", sa.String(length=32), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("leased_until", sa.DateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("failed_at", sa.DateTime(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_done_at_failed_at_due_at"), "outbox", ["done_at", "failed_at", "due_at"], unique=False)
    op.create_table(
        "publisher",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("mailbox", sa.String(length=254), nullable=False),
        sa.Column("region", sa.String(length=32), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publisher")),
    )
    op.create_table(
        "security_role",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("description", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_security_role")),
        sa.UniqueConstraint("name", name=op.f("uq_security_role_name")),
    )
    op.create_table(
        "service_scenario",
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("title_zh", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("need_zh", sa.Text(), nullable=False),
        sa.Column("need_en", sa.Text(), nullable=False),
        sa.Column("solution_zh", sa.Text(), nullable=False),
        sa.Column("solution_en", sa.Text(), nullable=False),
        sa.Column("industries", sa.JSON(), nullable=False),
        sa.Column("evidence_zh", sa.Text(), nullable=False),
        sa.Column("evidence_en", sa.Text(), nullable=False),
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_scenario")),
    )
    op.create_table(
        "user",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("pseudonym", sa.String(length=24), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_user_fs_uniquifier")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_user_pseudonym")),
    )
    op.create_table(
        "access_token",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("user_id", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_access_token_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_access_token_digest")),
    )
    op.create_index(op.f("ix_access_token_user_id"), "access_token", ["user_id"], unique=False)
    op.create_table(
        "batch",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("issuer_id", sa.String(length=12), nullable=False),
        sa.Column("title_zh", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("summary_zh", sa.Text(), nullable=False),
        sa.Column("summary_en", sa.Text(), nullable=False),
        sa.Column("opens_at", sa.DateTime(), nullable=False),
        sa.Column("closes_at", sa.DateTime(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["issuer_id"], ["publisher.id"], name=op.f("fk_batch_issuer_id_publisher")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("number", name=op.f("uq_batch_number")),
    )
    op.create_index(op.f("ix_batch_issuer_id"), "batch", ["issuer_id"], unique=False)
    op.create_table(
        "notification",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("user_id", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("thing", sa.String(length=32), nullable=False),
        sa.Column("thing_id", sa.String(length=12), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_notification_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
    )
    op.create_index(op.f("ix_notification_user_id_read_at"), "notification", ["user_id", "read_at"], unique=False)
    op.create_table(
        "organisation",
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=True),
        sa.Column("is_platform", sa.Boolean(), nullable=False),
        sa.Column("is_enterprise", sa.Boolean(), nullable=False),
        sa.Column("is_service_platform", sa.Boolean(), nullable=False),
        sa.Column("is_office", sa.Boolean(), nullable=False),
        sa.Column("region", sa.String(length=32), nullable=False),
        sa.Column("industry", sa.String(length=32), nullable=True),
        sa.Column("size_class", sa.String(length=32), nullable=True),
        sa.Column("mailbox", sa.String(length=254), nullable=False),
        sa.Column("website", sa.String(length=500), nullable=False),
        sa.Column("intro_zh", sa.Text(), nullable=False),
        sa.Column("intro_en", sa.Text(), nullable=False),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("publisher_id", sa.String(length=12), nullable=True),
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["publisher_id"], ["publisher.id"], name=op.f("fk_organisation_publisher_id_publisher")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("credit_code", name=op.f("uq_organisation_credit_code")),
        sa.UniqueConstraint("publisher_id", name=op.f("uq_organisation_publisher_id")),
    )
    op.create_table(
        "security_role_user",
        sa.Column("user_id", sa.String(length=12), nullable=False),
        sa.Column("role_id", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["security_role.id"], name=op.f("fk_security_role_user_role_id_security_role")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_security_role_user_user_id_user")),
        sa.PrimaryKeyConstraint("user_id", "role_id", name=op.f("pk_security_role_user")),
    )
    op.create_table(
        "application",
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("applicant_id", sa.String(length=12), nullable=False),
        sa.Column("platform_id", sa.String(length=12), nullable=False),
        sa.Column("policy", sa.String(length=32), nullable=False),
        sa.Column("created_by", sa.String(length=24), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("need", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(length=254), nullable=False),
        sa.Column("terms_accepted_at", sa.DateTime(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("answer_left", sa.Integer(), nullable=True),
        sa.Column("returned_from", sa.String(length=32), nullable=True),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["applicant_id"], ["organisation.id"], name=op.f("fk_application_applicant_id_organisation")),
        sa.ForeignKeyConstraint(["platform_id"], ["organisation.id"], name=op.f("fk_application_platform_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
    )
    op.create_index(op.f("ix_application_applicant_id"), "application", ["applicant_id"], unique=False)
    op.create_index(op.f("ix_application_platform_id"), "application", ["platform_id"], unique=False)
    op.create_table(
        "appointment",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("user_id", sa.String(length=12), nullable=False),
        sa.Column("post", sa.String(length=32), nullable=False),
        sa.Column("office_id", sa.String(length=12), nullable=True),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["organisation.id"], name=op.f("fk_appointment_office_id_organisation")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_appointment_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    op.create_index(op.f("ix_appointment_user_id"), "appointment", ["user_id"], unique=False)
    op.create_index(
        "uq_appointment_current",
        "appointment",
        ["user_id", "post"],
        unique=True,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", sa.String(length=12), nullable=False),
        sa.Column("user_id", sa.String(length=12), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_membership_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_membership_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_organisation_id"), "membership", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_membership_user_id"), "membership", ["user_id"], unique=False)
    op.create_index(
        "uq_membership_current",
        "membership",
        ["organisation_id", "user_id", "role"],
        unique=True,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "resource",
        sa.Column("publisher_id", sa.String(length=12), nullable=False),
        sa.Column("batch_id", sa.String(length=12), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("source_key", sa.String(length=200), nullable=True),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("suspended_by", sa.String(length=32), nullable=True),
        sa.Column("closing_at", sa.DateTime(), nullable=True),
        sa.Column("listed_at", sa.DateTime(), nullable=True),
        sa.Column("taken_down_at", sa.DateTime(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("access_policy", sa.String(length=32), nullable=False),
        sa.Column("title_zh", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("summary_zh", sa.Text(), nullable=False),
        sa.Column("summary_en", sa.Text(), nullable=False),
        sa.Column("description_zh", sa.Text(), nullable=False),
        sa.Column("description_en", sa.Text(), nullable=False),
        sa.Column("industries", sa.JSON(), nullable=False),
        sa.Column("regions", sa.JSON(), nullable=False),
        sa.Column("licence", sa.String(length=32), nullable=True),
        sa.Column("licence_note", sa.Text(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("provider", sa.String(length=300), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("mailbox", sa.String(length=254), nullable=False),
        sa.Column("price", sa.String(length=32), nullable=True),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("term_days", sa.Integer(), nullable=True),
        sa.Column("min_tier", sa.String(length=32), nullable=True),
        sa.Column("sizes", sa.JSON(), nullable=False),
        sa.Column("transparency", sa.JSON(), nullable=False),
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint("taken >= 0 AND (places IS NULL OR taken <= places)", name=op.f("ck_resource_places_hold")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_resource_batch_id_batch")),
        sa.ForeignKeyConstraint(["publisher_id"], ["publisher.id"], name=op.f("fk_resource_publisher_id_publisher")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource")),
        sa.UniqueConstraint("publisher_id", "source_key", name=op.f("uq_resource_publisher_id_source_key")),
    )
    op.create_index(op.f("ix_resource_batch_id"), "resource", ["batch_id"], unique=False)
    op.create_index(op.f("ix_resource_publisher_id"), "resource", ["publisher_id"], unique=False)
    op.create_index(op.f("ix_resource_state_batch_id"), "resource", ["state", "batch_id"], unique=False)
    op.create_table(
        "service_relation",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("service_platform_id", sa.String(length=12), nullable=False),
        sa.Column("enterprise_id", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["organisation.id"], name=op.f("fk_service_relation_enterprise_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["service_platform_id"], ["organisation.id"], name=op.f("fk_service_relation_service_platform_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_relation")),
    )
    op.create_index(op.f("ix_service_relation_enterprise_id"), "service_relation", ["enterprise_id"], unique=False)
    op.create_index(op.f("ix_service_relation_service_platform_id"), "service_relation", ["service_platform_id"], unique=False)
    op.create_table(
        "tier_evidence",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", sa.String(length=12), nullable=False),
        sa.Column("tier", sa.String(length=32), nullable=False),
        sa.Column("certificate", sa.String(length=80), nullable=False),
        sa.Column("issued_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_tier_evidence_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier_evidence")),
    )
    op.create_index(op.f("ix_tier_evidence_organisation_id"), "tier_evidence", ["organisation_id"], unique=False)
    op.create_table(
        "application_item",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("application_id", sa.String(length=12), nullable=False),
        sa.Column("resource_id", sa.String(length=12), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reserved", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_application_item_application_id_application")
        ),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_application_item_resource_id_resource")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_item")),
        sa.UniqueConstraint("application_id", "resource_id", name=op.f("uq_application_item_application_id_resource_id")),
    )
    op.create_index(op.f("ix_application_item_resource_id"), "application_item", ["resource_id"], unique=False)
    op.create_table(
        "batch_entry",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("batch_id", sa.String(length=12), nullable=False),
        sa.Column("resource_id", sa.String(length=12), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_batch_entry_batch_id_batch")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_batch_entry_resource_id_resource")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_entry")),
        sa.UniqueConstraint("batch_id", "position", name=op.f("uq_batch_entry_batch_id_position")),
        sa.UniqueConstraint("batch_id", "resource_id", name=op.f("uq_batch_entry_batch_id_resource_id")),
    )
    op.create_index(op.f("ix_batch_entry_resource_id"), "batch_entry", ["resource_id"], unique=False)
    op.create_table(
        "review",
        sa.Column("application_id", sa.String(length=12), nullable=False),
        sa.Column("applicant_id", sa.String(length=12), nullable=False),
        sa.Column("platform_id", sa.String(length=12), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("chair_id", sa.String(length=12), nullable=True),
        sa.Column("quorum", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.Double(), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["applicant_id"], ["organisation.id"], name=op.f("fk_review_applicant_id_organisation")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_review_application_id_application")),
        sa.ForeignKeyConstraint(["chair_id"], ["user.id"], name=op.f("fk_review_chair_id_user")),
        sa.ForeignKeyConstraint(["platform_id"], ["organisation.id"], name=op.f("fk_review_platform_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("application_id", "round", name=op.f("uq_review_application_id_round")),
    )
    op.create_index(op.f("ix_review_application_id"), "review", ["application_id"], unique=False)
    op.create_index(op.f("ix_review_chair_id"), "review", ["chair_id"], unique=False)
    op.create_table(
        "revision",
        sa.Column("resource_id", sa.String(length=12), nullable=False),
        sa.Column("publisher_id", sa.String(length=12), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("effective_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["publisher_id"], ["publisher.id"], name=op.f("fk_revision_publisher_id_publisher")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_revision_resource_id_resource")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("resource_id", "number", name=op.f("uq_revision_resource_id_number")),
    )
    op.create_index(op.f("ix_revision_resource_id"), "revision", ["resource_id"], unique=False)
    op.create_index(
        "uq_revision_under_way",
        "revision",
        ["resource_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('draft', 'submitted', 'returned')"),
        postgresql_where=sa.text("state IN ('draft', 'submitted', 'returned')"),
    )
    op.create_table(
        "scenario_resource",
        sa.Column("scenario_id", sa.String(length=12), nullable=False),
        sa.Column("resource_id", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_scenario_resource_resource_id_resource")),
        sa.ForeignKeyConstraint(
            ["scenario_id"], ["service_scenario.id"], name=op.f("fk_scenario_resource_scenario_id_service_scenario")
        ),
        sa.PrimaryKeyConstraint("scenario_id", "resource_id", name=op.f("pk_scenario_resource")),
    )
    op.create_table(
        "assignment",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("review_id", sa.String(length=12), nullable=False),
        sa.Column("reviewer_id", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("assigned_at", sa.DateTime(), nullable=False),
        sa.Column("scored_at", sa.DateTime(), nullable=True),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("recommendation", sa.String(length=32), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_assignment_review_id_review")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["user.id"], name=op.f("fk_assignment_reviewer_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    op.create_index(op.f("ix_assignment_review_id"), "assignment", ["review_id"], unique=False)
    op.create_index(op.f("ix_assignment_reviewer_id"), "assignment", ["reviewer_id"], unique=False)
    op.create_table(
        "grant",
        sa.Column("item_id", sa.String(length=12), nullable=False),
        sa.Column("application_id", sa.String(length=12), nullable=False),
        sa.Column("resource_id", sa.String(length=12), nullable=False),
        sa.Column("holder_id", sa.String(length=12), nullable=False),
        sa.Column("platform_id", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=True),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_grant_application_id_application")),
        sa.ForeignKeyConstraint(["holder_id"], ["organisation.id"], name=op.f("fk_grant_holder_id_organisation")),
        sa.ForeignKeyConstraint(["item_id"], ["application_item.id"], name=op.f("fk_grant_item_id_application_item")),
        sa.ForeignKeyConstraint(["platform_id"], ["organisation.id"], name=op.f("fk_grant_platform_id_organisation")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_grant_resource_id_resource")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant")),
    )
    op.create_index(op.f("ix_grant_application_id"), "grant", ["application_id"], unique=False)
    op.create_index(op.f("ix_grant_holder_id"), "grant", ["holder_id"], unique=False)
    op.create_index(op.f("ix_grant_item_id"), "grant", ["item_id"], unique=False)
    op.create_index(op.f("ix_grant_platform_id"), "grant", ["platform_id"], unique=False)
    op.create_index(op.f("ix_grant_resource_id"), "grant", ["resource_id"], unique=False)
    op.create_table(
        "pilot",
        sa.Column("application_id", sa.String(length=12), nullable=False),
        sa.Column("grant_id", sa.String(length=12), nullable=False),
        sa.Column("resource_id", sa.String(length=12), nullable=False),
        sa.Column("firm_id", sa.String(length=12), nullable=False),
        sa.Column("platform_id", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("approved_at", sa.DateTime(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_pilot_application_id_application")),
        sa.ForeignKeyConstraint(["firm_id"], ["organisation.id"], name=op.f("fk_pilot_firm_id_organisation")),
        sa.ForeignKeyConstraint(["grant_id"], ["grant.id"], name=op.f("fk_pilot_grant_id_grant")),
        sa.ForeignKeyConstraint(["platform_id"], ["organisation.id"], name=op.f("fk_pilot_platform_id_organisation")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_pilot_resource_id_resource")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot")),
        sa.UniqueConstraint("grant_id", name=op.f("uq_pilot_grant_id")),
    )
    op.create_index(op.f("ix_pilot_application_id"), "pilot", ["application_id"], unique=False)
    op.create_index(op.f("ix_pilot_firm_id"), "pilot", ["firm_id"], unique=False)
    op.create_index(op.f("ix_pilot_platform_id"), "pilot", ["platform_id"], unique=False)
    op.create_index(op.f("ix_pilot_resource_id"), "pilot", ["resource_id"], unique=False)
    op.create_table(
        "pilot_report",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("pilot_id", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(length=24), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["pilot_id"], ["pilot.id"], name=op.f("fk_pilot_report_pilot_id_pilot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_report")),
    )
    op.create_index(op.f("ix_pilot_report_pilot_id"), "pilot_report", ["pilot_id"], unique=False)
    op.create_table(
        "showcase",
        sa.Column("pilot_id", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("firm_id", sa.String(length=12), nullable=False),
        sa.Column("platform_id", sa.String(length=12), nullable=False),
        sa.Column("summary_zh", sa.Text(), nullable=False),
        sa.Column("summary_en", sa.Text(), nullable=False),
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["firm_id"], ["organisation.id"], name=op.f("fk_showcase_firm_id_organisation")),
        sa.ForeignKeyConstraint(["pilot_id"], ["pilot.id"], name=op.f("fk_showcase_pilot_id_pilot")),
        sa.ForeignKeyConstraint(["platform_id"], ["organisation.id"], name=op.f("fk_showcase_platform_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_showcase")),
        sa.UniqueConstraint("pilot_id", name=op.f("uq_showcase_pilot_id")),
    )
    op.create_table(
        "replication",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("showcase_id", sa.String(length=12), nullable=False),
        sa.Column("firm_id", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["firm_id"], ["organisation.id"], name=op.f("fk_replication_firm_id_organisation")),
        sa.ForeignKeyConstraint(["showcase_id"], ["showcase.id"], name=op.f("fk_replication_showcase_id_showcase")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replication")),
        sa.UniqueConstraint("showcase_id", "firm_id", name=op.f("uq_replication_showcase_id_firm_id")),
    )
    op.create_index(op.f("ix_replication_showcase_id"), "replication", ["showcase_id"], unique=False)


def downgrade() -> None:
    op.drop_table("replication")
    op.drop_table("showcase")
    op.drop_table("pilot_report")
    op.drop_table("pilot")
    op.drop_table("grant")
    op.drop_table("assignment")
    op.drop_table("scenario_resource")
    op.drop_table("revision")
    op.drop_table("review")
    op.drop_table("batch_entry")
    op.drop_table("application_item")
    op.drop_table("tier_evidence")
    op.drop_table("service_relation")
    op.drop_table("resource")
    op.drop_table("membership")
    op.drop_table("appointment")
    op.drop_table("application")
    op.drop_table("security_role_user")
    op.drop_table("organisation")
    op.drop_table("notification")
    op.drop_table("batch")
    op.drop_table("access_token")
    op.drop_table("user")
    op.drop_table("service_scenario")
    op.drop_table("security_role")
    op.drop_table("publisher")
    op.drop_table("outbox")
    op.drop_table("event")
