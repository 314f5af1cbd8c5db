"""Applications, reviews, grants, pilots and showcases of the demonstration: each case is led to its target state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from marketplace.actor import SYSTEM
from marketplace.applications import services as applications
from marketplace.models import Application, Pilot, Review, Showcase
from marketplace.pilots import ending
from marketplace.pilots import services as pilots
from marketplace.review import services as reviews
from marketplace.seeding.diary import Diary
from marketplace.seeding.texts import read
from marketplace.states import Criterion, Outcome, Recommendation

OPERATOR = "operator@demo.example"
CHAIR = "chair@demo.example"
REVIEWERS = tuple(f"reviewer{number}@demo.example" for number in range(1, 7))

#: Days that each step takes at its ordinary pace; a recent case is played faster, so that it ends before today.
PACE = {
    "answer": 4,
    "panel": 2,
    "open": 1,
    "score": 5,
    "decision": 4,
    "start": 5,
    "report": 18,
    "finish": 10,
    "end": 8,
    "showcase": 6,
}


class Case:
    """One application on its way. Steps are done one after the other, each some days after the one before."""

    def __init__(self, diary: Diary, index: int, row: dict[str, Any], people: dict[str, str], ids: dict[str, str]) -> None:
        self.diary, self.index, self.row, self.ids = diary, index, row, ids
        self.firm = people[row["firm"]]
        self.platform = people[row["publisher"]]
        self.id = ""

    def plan(self) -> None:
        """Put every step of the case into the diary."""
        steps = list(self._steps())
        begun = float(self.row["submitted_days_ago"] or 6)
        if self.row["target"] == "returned":
            begun = min(begun, 9.0)  # later the firm's time to come back would have run out
        wanted = sum(PACE.get(name, 0) for name, _act in steps)
        pace = min(1.0, (begun - 0.3) / wanted) if wanted else 1.0
        at = begun
        for name, act in steps:
            at -= PACE.get(name, 0) * pace
            self.diary.note(max(at, 0.05), act)

    def _steps(self) -> Iterator[tuple[str, Callable[[], None]]]:
        target, policy = self.row["target"], self.row["policy"]
        yield "draft", self._draft
        if target in ("draft", "expired"):
            return
        yield "submit", self._submit
        if target == "withdrawn":
            yield "answer", lambda: self._act(self.firm, applications.withdraw)
        elif target == "closed":
            yield "answer", self._close
        elif target == "returned":
            yield "answer", self._return
        elif target == "refused" and self.index % 2:
            yield (
                "answer",
                lambda: self._act(self.platform, applications.refuse, reason=self._text("platform_reasons", "refuse")),
            )
        elif target == "approved" and policy == "platform":
            yield "answer", self._approve
        elif policy == "pilot" and target in ("consented", "in_review", "approved", "refused"):
            yield "answer", lambda: self._act(self.platform, applications.consent)
            yield from self._review_steps(target)
        elif target == "refused":
            yield (
                "answer",
                lambda: self._act(self.platform, applications.refuse, reason=self._text("platform_reasons", "refuse")),
            )

    def _review_steps(self, target: str) -> Iterator[tuple[str, Callable[[], None]]]:
        if target == "consented":
            return
        yield "panel", self._assign
        yield "open", lambda: self._act(CHAIR, reviews.open_review)
        panel = self._panel()
        favourable = target != "refused"
        for seat, email in enumerate(panel):
            if target == "in_review" and seat >= self.index % 3:
                return
            yes = favourable if seat < 2 else (self.index + seat) % 4 != 0
            yield ("score" if seat == 0 else "", lambda email=email, yes=yes, seat=seat: self._score(email, yes, seat))
        if target == "approved":
            yield (
                "decision",
                lambda: self._act(CHAIR, applications.approve, reason=self._text("chair_reasons", "approve")),
            )
            yield from self._pilot_steps(self.row["pilot"])
        else:
            yield (
                "decision",
                lambda: self._act(CHAIR, applications.refuse, reason=self._text("chair_reasons", "refuse")),
            )

    def _pilot_steps(self, wanted: dict[str, Any]) -> Iterator[tuple[str, Callable[[], None]]]:
        state = wanted["state"]
        if state == "annulled":
            yield (
                "start",
                lambda: self._pilot(OPERATOR, ending.annul, reason="经核查，申报材料中的企业规模信息不实，试点资格予以撤销。"),
            )
        if state in ("approved", "annulled"):
            return
        yield "start", lambda: self._pilot(self.firm, pilots.start)
        ended = state in ("completion_review", "completed", "not_completed")
        for number in range(max(wanted["reports"], 1 if ended else 0)):
            yield (
                "report",
                lambda number=number: self._pilot(
                    self.firm, pilots.report, text=self._said("pilot_reports", self.index + number)
                ),
            )
        if state == "paused":
            yield (
                "report",
                lambda: self._pilot(self.platform, pilots.pause, reason="企业产线搬迁改造，双方商定暂停两个月。"),
            )
        if state == "terminated":
            yield (
                "report",
                lambda: self._pilot(self.firm, ending.terminate, reason=self._said("pilot_terminations", self.index)),
            )
        if not ended:
            return
        yield (
            "finish",
            lambda: self._pilot(self.firm, pilots.finish, result=self._said("pilot_completions", self.index)),
        )
        if state == "completed":
            yield (
                "end",
                lambda: self._pilot(OPERATOR, pilots.complete, reason="验收材料齐全，约定指标均已达到，同意结项。"),
            )
        if state == "not_completed":
            yield (
                "end",
                lambda: self._pilot(
                    OPERATOR, pilots.reject_completion, reason="约定的两项指标未达到，且未提交整改计划，不予通过验收。"
                ),
            )
        if wanted.get("showcase"):
            yield "showcase", self._showcase

    # -- acts --------------------------------------------------------------------------------------------------------

    def _act(self, email: str, service: Callable[..., Any], **given: Any) -> None:
        with self.diary.begin(self.diary.actor(email)) as tx:
            service(tx, tx.session.get(Application, self.id), **given)

    def _pilot(self, email: str, service: Callable[..., Any], **given: Any) -> None:
        with self.diary.begin(self.diary.actor(email)) as tx:
            service(tx, tx.session.scalars(select(Pilot).where(Pilot.application_id == self.id)).unique().one(), **given)

    def _draft(self) -> None:
        with self.diary.begin(self.diary.actor(self.firm)) as tx:
            draft = applications.create_application(
                tx,
                applicant=self.ids[self.row["firm"]],
                resources=[self.ids[key] for key in self.row["resources"]],
                title=self.row["title"],
                need=self.row["need"],
                plan=self.row["plan"],
                effect=self.row["effect"],
                contact="",
            )
            draft.demo = True
            if self.row["target"] == "expired":
                draft.due_at = tx.now + timedelta(days=1)
            self.id = draft.id

    def _submit(self) -> None:
        self._act(self.firm, applications.submit, accept_terms=True)

    def _return(self) -> None:
        remark = read("people")["platform_reasons"]["return"][self.index % 6]
        self._act(self.platform, applications.return_, remarks={("need", "plan", "effect")[self.index % 3]: _zh(remark)})

    def _close(self) -> None:
        with self.diary.begin(SYSTEM) as tx:
            tx.require("application.follow")
            applications.close(tx, tx.session.get(Application, self.id), "平台已停止提供该项资源，申请自动关闭。")

    def _approve(self) -> None:
        with self.diary.begin(self.diary.actor(self.platform)) as tx:
            case = tx.session.get(Application, self.id)
            granted = [item.id for item in case.items if item.outcome is Outcome.PENDING]
            refused = granted[2:] if len(granted) > 2 else granted[1:][: self.index % 2]
            reasons = {key: self._text("platform_reasons", "refuse") for key in refused}
            applications.approve(tx, case, granted=[key for key in granted if key not in refused], reasons=reasons)

    def _panel(self) -> list[str]:
        return [REVIEWERS[(self.index + seat) % len(REVIEWERS)] for seat in range(3)]

    def _review(self, tx: Any) -> Review:
        return (
            tx.session.scalars(select(Review).where(Review.application_id == self.id).order_by(Review.round.desc()))
            .unique()
            .first()
        )

    def _assign(self) -> None:
        chosen = [self.diary.actor(email).user_id for email in self._panel()]
        with self.diary.begin(self.diary.actor(CHAIR)) as tx:
            reviews.assign(tx, self._review(tx), reviewers=chosen)

    def _score(self, email: str, favourable: bool, seat: int) -> None:
        base = 7.5 if favourable else 4.5
        scores = {
            name: min(10.0, base + ((self.index * 3 + seat * 5 + at * 7) % 5) * 0.5) for at, name in enumerate(Criterion.codes())
        }
        kept = [comment for comment in read("people")["review_comments"] if comment["favourable"] == favourable]
        with self.diary.begin(self.diary.actor(email)) as tx:
            reviews.score(
                tx,
                self._review(tx),
                scores=scores,
                recommendation=Recommendation.APPROVE if favourable else Recommendation.REFUSE,
                comment=_zh(kept[(self.index + seat * 5) % len(kept)]),
            )

    def _showcase(self) -> None:
        with self.diary.begin(self.diary.actor(self.firm)) as tx:
            pilot = tx.session.scalars(select(Pilot).where(Pilot.application_id == self.id)).unique().one()
            told = read("people")["pilot_completions"][self.index % 8]
            draft = pilots.create_showcase(tx, pilot=pilot.id, summary_zh=told["zh"], summary_en=told["en"])
        with self.diary.begin(self.diary.actor(OPERATOR)) as tx:
            pilots.publish_showcase(tx, tx.session.get(Showcase, draft.id))

    def _text(self, group: str, kind: str) -> str:
        texts = read("people")[group][kind]
        return _zh(texts[self.index % len(texts)])

    def _said(self, group: str, at: int) -> str:
        texts = read("people")[group]
        return _zh(texts[at % len(texts)])


def _zh(text: Any) -> str:
    return text if isinstance(text, str) else text["zh"]


def plan_cases(diary: Diary, people: dict[str, str], ids: dict[str, str], resources: dict[str, dict[str, Any]]) -> None:
    """Put every application of the demonstration into the diary; ``people`` maps an organisation's key to who acts for it."""
    for index, row in enumerate(read("applications")):
        first = resources[row["resources"][0]]
        Case(diary, index, {**row, "publisher": first["publisher"], "policy": first["access_policy"]}, people, ids).plan()
