"""A program that calls the API for several people, each with a bearer token of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from catalog.models import Resource
from tests.world import World

#: What a firm writes in a complete case.
CASE = {
    "title": "主轴振动在线监测",
    "need": "三条产线每月因轴承故障停机两次。",
    "plan": "先在一台设备上试用四周，再推广到全部设备。",
    "effect": "停机减少一半，用设备日志衡量。",
}
GOOD = {"need": 8, "feasibility": 8, "capacity": 7, "effect": 9}
POOR = {"need": 4, "feasibility": 3, "capacity": 5, "effect": 4}


@dataclass
class Caller:
    """Acts through the API. Every act takes a minute, so that events have an order and versions move."""

    client: FlaskClient
    world: World
    wait: Callable[..., None]
    _tokens: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    def headers(self, who: str) -> dict[str, str]:
        """The credentials of that person ("visitor" has none), renewed before they run out."""
        if who == "visitor":
            return {}
        now = self.world.runtime.store.clock()
        token, made = self._tokens.get(who, ("", now))
        if not token or (now - made).days > 80:
            token, made = self._tokens[who] = (self.world.token(who), now)
        return {"Authorization": f"Bearer {token}", "Accept-Language": "en"}

    def get(self, who: str, path: str) -> TestResponse:
        """What the address answers to that person."""
        return self.client.get(f"/api/v1/{path}", headers=self.headers(who))

    def see(self, who: str, path: str) -> dict[str, Any]:
        """The document there, which that person may read."""
        answer = self.get(who, path)
        assert answer.status_code == 200, f"{who} {path}: {answer.text}"
        return answer.get_json()

    def post(self, who: str, path: str, body: dict[str, Any], version: int | str | None = None) -> TestResponse:
        """Send a body, with the version in If-Match where one is given."""
        self.wait(minutes=1)
        named = {} if version is None else {"If-Match": f'"{version}"'}
        return self.client.post(f"/api/v1/{path}", json=body, headers={**self.headers(who), **named})

    def create(self, who: str, collection: str, **body: Any) -> dict[str, Any]:
        """A new thing of that person."""
        answer = self.post(who, collection, body)
        assert answer.status_code == 201, answer.text
        return answer.get_json()

    def do(self, who: str, path: str, command: str, **body: Any) -> dict[str, Any]:
        """Execute a command on the present version; the answer is the thing afterwards."""
        answer = self.post(who, f"{path}/{command}", body, self.see(who, path)["version"])
        assert answer.status_code in (200, 204), f"{who} {path}/{command}: {answer.text}"
        return answer.get_json() if answer.status_code == 200 else {}

    def refused(self, who: str, path: str, command: str, code: str, **body: Any) -> dict[str, Any]:
        """Execute a command that must be refused with that code and change nothing; the answer is the problem."""
        before = self.see(who, path)
        answer = self.post(who, f"{path}/{command}", body, before["version"])
        problem = answer.get_json()
        assert answer.status_code >= 400 and problem["code"] == code, (
            f"{command} was not refused by {code}: {answer.text}"
        )
        assert self.see(who, path) == before, "a refusal changed something"
        return problem

    def draft(self, who: str, *keys: str, firm: str = "ruifeng", **text: Any) -> str:
        """The path of a new, complete draft for these resources of the world."""
        ids = [self.world.resources[key] for key in keys]
        made = self.create(
            who, "applications", applicant=self.world.organisations[firm], resources=ids, **{**CASE, **text}
        )
        return f"applications/{made['id']}"

    def submitted(self, who: str, *keys: str, firm: str = "ruifeng", **text: Any) -> str:
        """The path of a case that was just handed in."""
        case = self.draft(who, *keys, firm=firm, **text)
        self.do(who, case, "submit", accept_terms=True)
        return case

    def round_of(self, case: str, who: str = "chair") -> str:
        """The path of the latest round of review of a case."""
        return f"reviews/{self.see(who, case)['reviews'][-1]['id']}"

    def panel(self, round_: str, *reviewers: str) -> None:
        """Put these on the panel."""
        self.do("chair", round_, "assign", reviewers=[self.world.users[name] for name in reviewers])

    def in_review(
        self, key: str = "pilot", reviewers: tuple[str, ...] = ("reviewer1", "reviewer2", "reviewer3")
    ) -> tuple[str, str]:
        """(case, round) of a pilot case whose review is open, nobody having scored."""
        case = self.submitted("sme", key)
        self.do("platform" if key == "pilot" else "platform2", case, "consent")
        round_ = self.round_of(case)
        self.panel(round_, *reviewers)
        self.do("chair", case, "open_review")
        return case, round_

    def score(self, who: str, round_: str, recommendation: str = "approve", **more: Any) -> dict[str, Any]:
        """One reviewer's part, good or poor as the recommendation goes."""
        scores = GOOD if recommendation == "approve" else POOR
        given = {"scores": scores, "recommendation": recommendation, "comment": f"意见：{recommendation}", **more}
        return self.do(who, round_, "score", **given)

    def taken(self, key: str) -> int:
        """How many places of that resource are reserved or held."""
        return self.world.get(Resource, self.world.resources[key]).taken
