"""States and roles of the marketplace, with the words that screens show for them."""

from catalog.kernel.terms import Term


class OrganisationKind(Term):
    """What an organisation is here; it may be several at once."""

    PLATFORM = "platform", "平台企业", "Platform"
    ENTERPRISE = "enterprise", "企业", "Enterprise"
    SERVICE_PLATFORM = "service_platform", "服务平台", "Service platform"
    OFFICE = "office", "主管部门", "Office"


class OrganisationState(Term):
    """How far an organisation is verified."""

    PENDING = "pending", "待核验", "Pending"
    VERIFIED = "verified", "已核验", "Verified"
    RETURNED = "returned", "已退回", "Returned"
    REFUSED = "refused", "核验未通过", "Refused"
    SUSPENDED = "suspended", "已暂停", "Suspended"


class Role(Term):
    """What a person is in an organisation."""

    EDITOR = "editor", "编辑", "Editor"
    MANAGER = "manager", "平台管理员", "Manager"
    MEMBER = "member", "成员", "Member"
    REPRESENTATIVE = "representative", "企业代表", "Representative"
    ADVISER = "adviser", "服务顾问", "Adviser"


class Post(Term):
    """What a person is appointed to."""

    OPERATOR = "operator", "运营人员", "Operator"
    AUDITOR = "auditor", "审计人员", "Auditor"
    REVIEWER = "reviewer", "评审专家", "Reviewer"
    CHAIR = "chair", "评审组长", "Chair"
    DEPUTY = "deputy", "评审副组长", "Deputy chair"


class RelationState(Term):
    """Where the relation of a service platform to an enterprise stands."""

    OFFERED = "offered", "待接受", "Offered"
    ACCEPTED = "accepted", "已建立", "Accepted"
    ENDED = "ended", "已结束", "Ended"


class ApplicationState(Term):
    """Where a firm's case stands."""

    DRAFT = "draft", "草稿", "Draft"
    SUBMITTED = "submitted", "已提交", "Submitted"
    RETURNED = "returned", "已退回", "Returned"
    CONSENTED = "consented", "平台已同意", "Consented"
    IN_REVIEW = "in_review", "评审中", "In review"
    APPROVED = "approved", "已批准", "Approved"
    REFUSED = "refused", "未批准", "Refused"
    WITHDRAWN = "withdrawn", "已撤回", "Withdrawn"
    EXPIRED = "expired", "已过期", "Expired"
    CLOSED = "closed", "已关闭", "Closed"


#: A case on which nobody has decided the last word yet.
UNDECIDED = frozenset(
    {
        ApplicationState.DRAFT,
        ApplicationState.SUBMITTED,
        ApplicationState.RETURNED,
        ApplicationState.CONSENTED,
        ApplicationState.IN_REVIEW,
    }
)


class Outcome(Term):
    """What became of one item of an application."""

    PENDING = "pending", "待决定", "Pending"
    CONSENTED = "consented", "平台已同意", "Consented"
    GRANTED = "granted", "已授权", "Granted"
    REFUSED = "refused", "未批准", "Refused"
    CLOSED = "closed", "已关闭", "Closed"


class ReviewState(Term):
    """Where one round of review stands."""

    FORMING = "forming", "组建评审组", "Forming"
    SCORING = "scoring", "评分中", "Scoring"
    PAUSED = "paused", "暂停", "Paused"
    DECIDED = "decided", "已决定", "Decided"
    CLOSED = "closed", "已关闭", "Closed"


#: A round that is under way.
ROUND_LIVE = frozenset({ReviewState.FORMING, ReviewState.SCORING, ReviewState.PAUSED})


class AssignmentState(Term):
    """Where one reviewer's part of a round stands."""

    ASSIGNED = "assigned", "待评分", "Assigned"
    SCORED = "scored", "已评分", "Scored"
    RECUSED = "recused", "已回避", "Recused"
    REPLACED = "replaced", "已更换", "Replaced"


#: Reviewers who are on the panel now.
SEATED = frozenset({AssignmentState.ASSIGNED, AssignmentState.SCORED})


class Recommendation(Term):
    """What a reviewer recommends."""

    APPROVE = "approve", "建议批准", "Approve"
    REFUSE = "refuse", "建议不批准", "Refuse"


class Criterion(Term):
    """What reviewers score, each from 0 to 10; the weights are in ``WEIGHTS``."""

    NEED = "need", "需求真实性与紧迫性", "Need"
    FEASIBILITY = "feasibility", "方案可行性", "Feasibility"
    CAPACITY = "capacity", "实施能力与保障", "Capacity"
    EFFECT = "effect", "预期成效与可推广性", "Effect and replicability"


#: Weights of the criteria in percent; a round keeps a copy of those it was opened with.
WEIGHTS = {Criterion.NEED: 25, Criterion.FEASIBILITY: 30, Criterion.CAPACITY: 20, Criterion.EFFECT: 25}


class GrantState(Term):
    """Where a right of use stands."""

    SCHEDULED = "scheduled", "待生效", "Scheduled"
    ACTIVE = "active", "有效", "Active"
    SUSPENDED = "suspended", "已暂停", "Suspended"
    EXPIRED = "expired", "已到期", "Expired"
    REVOKED = "revoked", "已撤销", "Revoked"
    SURRENDERED = "surrendered", "已放弃", "Surrendered"


#: Grants that hold a place.
LIVING = frozenset({GrantState.SCHEDULED, GrantState.ACTIVE, GrantState.SUSPENDED})
#: Grants that were taken away or given up before their end.
LOST = frozenset({GrantState.REVOKED, GrantState.SURRENDERED})


class PilotState(Term):
    """Where a pilot stands."""

    APPROVED = "approved", "待启动", "Approved"
    RUNNING = "running", "进行中", "Running"
    PAUSED = "paused", "已暂停", "Paused"
    COMPLETION_REVIEW = "completion_review", "结项验收中", "Completion review"
    COMPLETED = "completed", "已完成", "Completed"
    NOT_COMPLETED = "not_completed", "未通过验收", "Not completed"
    TERMINATED = "terminated", "已终止", "Terminated"
    ANNULLED = "annulled", "已作废", "Annulled"


class ScenarioStage(Term):
    """How far a service scenario has come."""

    IDEA = "idea", "需求构想", "Idea"
    PILOTING = "piloting", "试点中", "Piloting"
    IMPLEMENTED = "implemented", "已落地", "Implemented"
    REPLICATED = "replicated", "已推广", "Replicated"


class ShowcaseState(Term):
    """Whether a completed pilot is shown as a model for others."""

    DRAFT = "draft", "草稿", "Draft"
    PUBLISHED = "published", "已发布", "Published"
