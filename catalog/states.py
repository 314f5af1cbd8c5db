"""The states of the catalog's life cycles, with the words that screens show for them."""

from catalog.kernel.terms import Term


class BatchState(Term):
    """Where an openness list stands."""

    PLANNED = "planned", "计划中", "Planned"
    COLLECTING = "collecting", "征集中", "Collecting"
    SCREENING = "screening", "审查中", "Screening"
    PUBLISHED = "published", "已发布", "Published"
    ARCHIVED = "archived", "已归档", "Archived"
    CANCELLED = "cancelled", "已取消", "Cancelled"


#: A batch that was ever published counts for the plan, archived or not.
RELEASED = frozenset({BatchState.PUBLISHED, BatchState.ARCHIVED})


class ResourceState(Term):
    """Where a resource stands."""

    DRAFT = "draft", "草稿", "Draft"
    SUBMITTED = "submitted", "已提交", "Submitted"
    RETURNED = "returned", "已退回", "Returned"
    ACCEPTED = "accepted", "审查通过", "Accepted"
    NOT_ACCEPTED = "not_accepted", "审查未通过", "Not accepted"
    LISTED = "listed", "已列入清单", "Listed"
    SUSPENDED = "suspended", "暂停受理", "Suspended"
    CLOSING = "closing", "即将下线", "Closing"
    WITHDRAWN = "withdrawn", "已下线", "Withdrawn"


#: What anyone may find in the catalog. A withdrawn resource keeps its page but leaves the search.
FINDABLE = frozenset({ResourceState.LISTED, ResourceState.SUSPENDED, ResourceState.CLOSING})
PUBLIC = FINDABLE | {ResourceState.WITHDRAWN}


class RevisionState(Term):
    """Where a change to a listed resource stands."""

    DRAFT = "draft", "草稿", "Draft"
    SUBMITTED = "submitted", "已提交", "Submitted"
    EFFECTIVE = "effective", "已生效", "Effective"
    RETURNED = "returned", "已退回", "Returned"
    REFUSED = "refused", "未通过", "Refused"


class Suspender(Term):
    """Who suspended a resource; only the office lifts an office's suspension."""

    PLATFORM = "platform", "平台", "Platform"
    OFFICE = "office", "主管部门", "Office"
