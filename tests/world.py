"""A small market made through the services: the demonstration cast, their organisations, and one resource for each way in.

with world.begin("sme") as tx:                      # a writing transaction of that person
    case = applications.create(tx, …)
world.do("operator", Batch, world.batches["collecting"], batches.close)     # one command by one person
world.sign_in(client, "chair")                      # a session in the browser
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from catalog.kernel.transaction import Tx
from catalog.models import Batch, Resource
from catalog.services import batches, resources
from catalog.vocab import AccessPolicy, Industry, Licence, PriceModel, Region, ResourceKind, SizeClass, Tier
from marketplace.accounts.passwords import hash_password
from marketplace.accounts.services import appoint, create_token, create_user
from marketplace.actor import SYSTEM, VISITOR, Actor, load_actor
from marketplace.models import Organisation, User
from marketplace.organisations import members
from marketplace.organisations import services as organisations
from marketplace.organisations.credit_code import check_character
from marketplace.runtime import Runtime
from marketplace.states import OrganisationKind, Post, Role

T = TypeVar("T")

#: A Monday, ten in the morning in Shanghai.
START = datetime(2026, 3, 2, 2, tzinfo=UTC)

#: The password of everybody in the world.
PASSWORD = "eleven-geese-over-the-lake"

POSTS = {
    "operator": Post.OPERATOR,
    "auditor": Post.AUDITOR,
    "chair": Post.CHAIR,
    "deputy": Post.DEPUTY,
    **{f"reviewer{number}": Post.REVIEWER for number in range(1, 7)},
}

#: Organisation → its kind, who leads it, and facts.
ORGANISATIONS: dict[str, tuple[OrganisationKind, str, dict[str, Any]]] = {
    "xinghe": (OrganisationKind.PLATFORM, "platform", {"name_zh": "星禾工业互联网平台", "name_en": "Xinghe Industrial Internet"}),
    "yunfan": (OrganisationKind.PLATFORM, "platform2", {"name_zh": "云帆电商开放平台", "name_en": "Yunfan Commerce"}),
    "ruifeng": (OrganisationKind.ENTERPRISE, "sme", {"name_zh": "瑞锋精密机械有限公司", "size_class": SizeClass.SMALL}),
    "qinghe": (OrganisationKind.ENTERPRISE, "sme2", {"name_zh": "清禾食品有限公司", "size_class": SizeClass.MICRO}),
    "zhuli": (OrganisationKind.SERVICE_PLATFORM, "adviser", {"name_zh": "助力中小企业服务中心"}),
}

#: Further people: who → organisation and role.
STAFF = {"editor": ("xinghe", Role.EDITOR), "member": ("ruifeng", Role.MEMBER)}

#: Resources on the published list: key → publisher, and what differs from ``CONTENT``.
RESOURCES: dict[str, tuple[str, dict[str, Any]]] = {
    "open": ("xinghe", {"access_policy": AccessPolicy.OPEN, "kind": ResourceKind.DATASET, "title_zh": "机床振动公开数据集"}),
    "registered": ("xinghe", {"access_policy": AccessPolicy.REGISTERED, "places": 2, "title_zh": "轻量化排程工具"}),
    "last place": ("xinghe", {"access_policy": AccessPolicy.REGISTERED, "places": 1, "title_zh": "质检算力体验包"}),
    "tiered": (
        "xinghe",
        {"access_policy": AccessPolicy.REGISTERED, "min_tier": Tier.SPECIALISED, "title_zh": "专精特新专享模型"},
    ),
    "platform": ("xinghe", {"access_policy": AccessPolicy.PLATFORM, "places": 3, "title_zh": "设备联网接口"}),
    "platform second": ("xinghe", {"access_policy": AccessPolicy.PLATFORM, "places": 3, "title_zh": "产线数字孪生工具"}),
    "platform third": ("xinghe", {"access_policy": AccessPolicy.PLATFORM, "places": 3, "title_zh": "能耗分析接口"}),
    "pilot": ("xinghe", {"access_policy": AccessPolicy.PILOT, "places": 2, "title_zh": "预测性维护大模型"}),
    "other pilot": ("yunfan", {"access_policy": AccessPolicy.PILOT, "places": 1, "title_zh": "电商选品智能体"}),
}

CONTENT: dict[str, Any] = {
    "kind": ResourceKind.TOOL,
    "summary_zh": "面向中小企业开放，用于测试。",
    "industries": [Industry.C.value],
    "regions": [Region.CHINA.value],
    "licence": Licence.PLATFORM_TERMS,
    "price": PriceModel.FREE,
    "url": "https://open.xinghe.example/resource",
    "term_days": 180,
}


@dataclass
class World:
    """The market: its runtime, and the ids of what is in it by the names above."""

    runtime: Runtime
    users: dict[str, str] = field(default_factory=dict)
    organisations: dict[str, str] = field(default_factory=dict)
    resources: dict[str, str] = field(default_factory=dict)
    batches: dict[str, str] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        """The person of that name as of now; also "visitor" and "system"."""
        if name in ("visitor", "system"):
            return {"visitor": VISITOR, "system": SYSTEM}[name]
        with self.runtime.store.readers() as session:
            return load_actor(session, session.get_one(User, self.users[name]), self.runtime.store.clock())

    def begin(self, name: str) -> AbstractContextManager[Tx]:
        """A writing transaction of that person."""
        return self.runtime.store.begin(self.actor(name))

    def read(self, name: str) -> AbstractContextManager[Tx]:
        """A reading transaction of that person."""
        return self.runtime.store.read(self.actor(name))

    def do(self, name: str, model: type[Any], key: str, service: Callable[..., T], **given: Any) -> T:
        """One command of that person on the thing with that id."""
        with self.begin(name) as tx:
            return service(tx, tx.session.get_one(model, key), **given)

    def get(self, model: type[T], key: str) -> T:
        """The thing as it stands in the database."""
        with self.runtime.store.readers() as session:
            return session.get_one(model, key)

    def add_person(self, name: str, post: Post | None = None) -> str:
        """A new account ``name@demo.example`` with the common password; returns its id."""
        email = f"{name}@demo.example"
        with self.begin("system") as tx:
            user = create_user(tx, email=email, name=name, password_hash=_hashed(), demo=True)
            if post is not None:
                appoint(tx, email=email, post=post, office_id=self.organisations.get("office"))
        self.users[name] = user.id
        return user.id

    def add_organisation(self, key: str, kind: OrganisationKind, leader: str, verified: bool = True, **facts: Any) -> str:
        """A new organisation led by ``leader``, who gets an account where there is none; returns its id."""
        if leader not in self.users:
            self.add_person(leader)
        with self.begin(leader) as tx:
            made = organisations.register(
                tx,
                kinds=[kind.value],
                credit_code=credit_code(len(self.organisations)),
                **{"region": Region.CHINA, "mailbox": f"open@{key}.example", "industry": Industry.C, "size_class": None, **facts},
            )
        self.organisations[key] = made.id
        if verified:
            self.do("operator", Organisation, made.id, organisations.verify)
        return made.id

    def add_batch(self, key: str) -> str:
        """A new batch that collects for 30 days; returns its id."""
        now = self.runtime.store.clock()
        with self.begin("operator") as tx:
            batch = batches.plan_batch(
                tx,
                issuer_id=self.organisations["office"],
                title_zh=f"开放清单（{len(self.batches) + 1}）",
                title_en=f"Openness list {len(self.batches) + 1}",
                opens_at=now,
                closes_at=now + timedelta(days=30),
            )
            batches.open_(tx, batch)
        self.batches[key] = batch.id
        return batch.id

    def add_resource(self, key: str, publisher: str = "xinghe", batch: str | None = None, **content: Any) -> str:
        """A new draft of the publisher, submitted to ``batch`` where one is named; returns its id."""
        with self.begin(ORGANISATIONS[publisher][1]) as tx:
            made = resources.create_resource(tx, publisher_id=self.organisations[publisher], **{**CONTENT, **content})
            if batch is not None:
                resources.submit(tx, made, batch=self.batches[batch])
        self.resources[key] = made.id
        return made.id

    def publish(self, batch: str) -> None:
        """Accept everything in the batch and release it."""
        with self.begin("operator") as tx:
            found = tx.session.get_one(Batch, self.batches[batch])
            batches.accept_all(tx, found)
            batches.close(tx, found)
            batches.publish(tx, found)

    def token(self, name: str) -> str:
        """A bearer token of that person."""
        with self.begin(name) as tx:
            return create_token(tx, tx.session.get_one(User, self.users[name]), name="test", days=90)

    def sign_in(self, client: FlaskClient, name: str) -> TestResponse:
        """Sign that person in through the page, as a browser does."""
        answer = client.post(
            "/login",
            data={"email": f"{name}@demo.example", "password": PASSWORD, "csrf_token": csrf_token(client, "/login")},
        )
        assert answer.status_code == 302, f"{name} could not sign in: {answer.status_code}\n{answer.text[:2000]}"
        return answer


def build(runtime: Runtime) -> World:
    """Fill an empty database with the world, and deliver what follows."""
    world = World(runtime)
    with world.begin("system") as tx:
        office = organisations.establish_office(
            tx, name_zh="平台经济主管部门", name_en="Platform Economy Office", mailbox="office@demo.example"
        )
    world.organisations["office"] = office.id
    for name, post in POSTS.items():
        world.add_person(name, post)
    for key, (kind, leader, facts) in ORGANISATIONS.items():
        world.add_organisation(key, kind, leader, **facts)
    for name, (key, role) in STAFF.items():
        world.add_person(name)
        world.do(
            ORGANISATIONS[key][1],
            Organisation,
            world.organisations[key],
            members.add_member,
            email=f"{name}@demo.example",
            role=role,
        )
    world.add_batch("published")
    for key, (publisher, content) in RESOURCES.items():
        world.add_resource(key, publisher, "published", **content)
    world.publish("published")
    world.add_batch("collecting")
    world.add_resource("draft", kind=ResourceKind.AGENT, access_policy=AccessPolicy.PILOT, title_zh="尚未提交的智能体")
    world.add_resource("submitted", "yunfan", "collecting", access_policy=AccessPolicy.PLATFORM, title_zh="待审查的数据接口")
    runtime.drain()
    return world


def listed(world: World) -> list[Resource]:
    """The resources on the published list."""
    with world.runtime.store.readers() as session:
        return list(session.scalars(select(Resource).where(Resource.batch_id == world.batches["published"])).unique())


def credit_code(number: int) -> str:
    """A well-formed unified social credit code for the organisation with that number."""
    first = f"91110000MA{number:07}"
    return first + check_character(first)


def csrf_token(client: FlaskClient, path: str) -> str:
    """The token of the form on that page."""
    page = client.get(path).get_data(as_text=True)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, f"{path} has no form"
    return found[1]


@cache
def _hashed() -> str:
    """One slow hash for everybody."""
    return hash_password(PASSWORD)
