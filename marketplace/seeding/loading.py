"""Loading the demonstration: people and organisations, three batches, a hundred resources, and the cases on them."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import exists, select, update

from catalog.models import Batch, Resource
from catalog.services import batches, resources
from marketplace.accounts.passwords import hash_password
from marketplace.accounts.services import appoint, create_user
from marketplace.actor import SYSTEM
from marketplace.models import Notification, Organisation, ServiceRelation, ServiceScenario, Showcase, User
from marketplace.organisations import members
from marketplace.organisations import services as organisations
from marketplace.pilots import services as pilots
from marketplace.runtime import Runtime
from marketplace.seeding.cases import OPERATOR, REVIEWERS, plan_cases
from marketplace.seeding.diary import Diary
from marketplace.seeding.texts import both, read
from marketplace.states import Post, Role

#: Demonstration sign-ins: local part of the address at demo.example → (organisation key, role in it).
STAFF = {
    "platform": ("xinghe", Role.MANAGER),
    "editor": ("xinghe", Role.EDITOR),
    "platform2": ("yunfan", Role.MANAGER),
    "sme": ("ruifeng", Role.REPRESENTATIVE),
    "member": ("ruifeng", Role.MEMBER),
    "sme2": ("qinghe", Role.REPRESENTATIVE),
}
NAMES = {
    "operator": "周明远",
    "auditor": "郑怀安",
    "platform": "许静姝",
    "editor": "陆子衡",
    "platform2": "方若溪",
    "sme": "顾维新",
    "member": "马晓棠",
    "sme2": "邓可为",
}
#: Sign-ins that ``make run`` prints, in this order.
SIGN_INS = ("operator", "auditor", "chair", "deputy", *(f"reviewer{n}" for n in range(1, 7)), *STAFF)

#: Batch number → days ago of its opening, closing and publication (None: still collecting).
WINDOWS: dict[int, tuple[float, float, float | None]] = {1: (350, 320, 300), 2: (170, 140, 120), 3: (20, -25, None)}
_BEFORE = {batches.open_: ("planned",), batches.close: ("collecting",)}
BATCH_TEXTS = {
    1: (
        "平台企业技术与数据开放清单（第一批）",
        "Platform openness list, batch 1",
        "首批清单面向制造、商贸和物流等重点行业，汇集平台企业开放的模型、算法、接口、算力与数据资源。",
        "The first list gathers models, algorithms, APIs, compute and data opened for manufacturing, trade and logistics.",
    ),
    2: (
        "平台企业技术与数据开放清单（第二批）",
        "Platform openness list, batch 2",
        "第二批清单扩大到农业、医疗健康、文旅和生活服务，并首次成规模发布资源开放场景。",
        "The second list reaches farming, health, culture and local services, and opens business scenes in number.",
    ),
    3: (
        "平台企业技术与数据开放清单（第三批）",
        "Platform openness list, batch 3",
        "第三批清单正在征集，重点征集行业大模型、智能体和面向小微企业的普惠资源。",
        "The third list is being collected; industry models, agents and resources within reach of micro firms come first.",
    ),
}


def load(runtime: Runtime, force: bool = False) -> bool:
    """Load the demonstration into an empty database; returns False, doing nothing, where there are organisations already.

    ``force`` loads beside existing data. Raises PermissionError in production.
    """
    if runtime.settings.production:
        raise PermissionError("demonstration data is never loaded in production")
    with runtime.store.read(SYSTEM) as tx:
        if not force and tx.session.scalar(select(exists().where(Organisation.id.is_not(None)))):
            return False
    _Loading(runtime).run()
    return True


class _Loading:
    def __init__(self, runtime: Runtime) -> None:
        self.diary = Diary(runtime)
        # Slow hashes, so only two: one of the password that is printed, one of a password that nobody knows.
        self.hashes = {
            known: hash_password((runtime.settings.demo_password if known else None) or secrets.token_urlsafe(32))
            for known in (True, False)
        }
        self.ids: dict[str, str] = {}
        self.rows = {row["key"]: row for name in ("a", "b", "c") for row in read(f"resources_{name}")}
        self.organisations = {row["key"]: row for row in read("organisations")}
        self.people = {key: f"lead@{key}.example" for key in self.organisations} | {
            organisation: f"{name}@demo.example"
            for name, (organisation, role) in STAFF.items()
            if role in (Role.MANAGER, Role.REPRESENTATIVE)
        }

    def run(self) -> None:
        """Put everything into the diary and play it."""
        self.diary.now = self.diary.day(420)
        self._appointees()
        for at, (key, row) in enumerate(self.organisations.items()):
            late = row["state"] in ("pending", "returned")
            self.diary.note((6 if late else 410) - at * 0.02, lambda key=key, row=row: self._organisation(key, row))
        self.diary.note(400, self._staff)
        self.diary.note(380, self._services)
        for number in WINDOWS:
            self._batch(number)
        plan_cases(self.diary, self.people, self.ids, self.rows)
        self.diary.note(30, self._suspensions)
        self.diary.note(4, self._closings)
        self.diary.note(3, self._scenarios)
        self.diary.note(2, self._replications)
        self.diary.play()
        self._read_messages()

    def _read_messages(self) -> None:
        """What is older than two weeks has been read: only news is new to those who look at the demonstration."""
        old = Notification.at < self.diary.day(14)
        with self.diary.begin(SYSTEM) as tx:
            tx.require("application.follow")
            tx.session.execute(update(Notification).where(old).values(read_at=Notification.at))

    # -- people and organisations ------------------------------------------------------------------------------------

    def _person(self, name: str, email: str) -> User:
        with self.diary.begin(SYSTEM) as tx:
            hashed = self.hashes[email.endswith("@demo.example")]
            return create_user(tx, email=email, name=name, password_hash=hashed, language="zh", confirmed=True, demo=True)

    def _appoint(self, local: str, name: str, post: Post) -> None:
        email = f"{local}@demo.example"
        self._person(name, email)
        with self.diary.begin(SYSTEM) as tx:
            appoint(tx, email=email, post=post)

    def _appointees(self) -> None:
        people = read("people")
        self._appoint("operator", NAMES["operator"], Post.OPERATOR)
        self._appoint("auditor", NAMES["auditor"], Post.AUDITOR)
        self._appoint("chair", people["chair"]["name"]["zh"], Post.CHAIR)
        self._appoint("deputy", people["deputy"]["name"]["zh"], Post.DEPUTY)
        for email, person in zip(REVIEWERS, people["reviewers"], strict=True):
            self._appoint(email.partition("@")[0], person["name"]["zh"], Post.REVIEWER)

    def _organisation(self, key: str, row: dict[str, Any]) -> None:
        if row["kinds"] == ["office"]:
            self._office(key, row)
            return
        local = self.people[key].partition("@")[0]
        self._person(NAMES.get(local, row["name"]["zh"] + "联系人"), self.people[key])
        with self.diary.begin(self.diary.actor(self.people[key])) as tx:
            organisation = organisations.register(
                tx,
                kinds=row["kinds"],
                credit_code=row["credit_code"],
                region=row["region"],
                industry=row["industry"],
                size_class=row["size"],
                mailbox=row["mailbox"],
                website=row["website"],
                **both("name", row["name"]),
                **both("intro", row["intro"]),
            )
            organisation.demo = True
        self.ids[key] = organisation.id
        if row["state"] == "pending":
            return
        with self.diary.begin(self.diary.actor(OPERATOR)) as tx:
            mine = tx.session.get(Organisation, organisation.id)
            if row["state"] == "returned":
                organisations.return_(tx, mine, remarks={"name_zh": row["remarks"] or "请核对名称与营业执照是否一致。"})
                return
            organisations.verify(tx, mine)
            if row["tier"]:
                # The evidence must be older than the year that the demonstration tells.
                issued = self.diary.day(max(row["tier"]["issued"], 412))
                organisations.record_tier(
                    tx,
                    mine,
                    tier=row["tier"]["tier"],
                    certificate=row["tier"]["certificate"],
                    issued_at=issued,
                    expires_at=issued + timedelta(days=365 * row["tier"]["years"]),
                )
        if row["state"] == "suspended":
            self.diary.note(15, lambda: self._suspend(organisation.id, row["remarks"]))

    def _office(self, key: str, row: dict[str, Any]) -> None:
        with self.diary.begin(self.diary.actor(OPERATOR)) as tx:
            office = organisations.establish_office(
                tx,
                mailbox=row["mailbox"],
                region=row["region"],
                website=row["website"],
                credit_code=row["credit_code"],
                demo=True,
                **both("name", row["name"]),
                **both("intro", row["intro"]),
            )
        self.ids[key] = office.id

    def _suspend(self, organisation_id: str, reason: str | None) -> None:
        with self.diary.begin(self.diary.actor(OPERATOR)) as tx:
            organisation = tx.session.get(Organisation, organisation_id)
            organisations.suspend(tx, organisation, reason=reason or "年度报告信息待核实，暂停受理新的申请。")

    def _staff(self) -> None:
        for name, (key, role) in STAFF.items():
            if role in (Role.MANAGER, Role.REPRESENTATIVE):
                continue
            email = f"{name}@demo.example"
            self._person(NAMES[name], email)
            with self.diary.begin(self.diary.actor(self.people[key])) as tx:
                members.add_member(tx, tx.session.get(Organisation, self.ids[key]), email=email, role=role)

    def _services(self) -> None:
        for key, row in self.organisations.items():
            for firm in row.get("serves") or ():
                if self.organisations[firm]["state"] != "verified":
                    continue
                with self.diary.begin(self.diary.actor(self.people[key])) as tx:
                    organisations.offer_service(
                        tx,
                        tx.session.get(Organisation, self.ids[key]),
                        credit_code=self.organisations[firm]["credit_code"],
                    )
                with self.diary.begin(self.diary.actor(self.people[firm])) as tx:
                    offer = tx.session.scalars(
                        select(ServiceRelation).where(
                            ServiceRelation.service_platform_id == self.ids[key],
                            ServiceRelation.enterprise_id == self.ids[firm],
                        )
                    ).one()
                    organisations.accept_service(tx, tx.session.get(Organisation, self.ids[firm]), relation=offer.id)

    # -- batches and resources ---------------------------------------------------------------------------------------

    def _batch(self, number: int) -> None:
        opens, closes, published = WINDOWS[number]
        self.diary.note(opens + 10, lambda: self._plan_batch(number))
        self.diary.note(opens, lambda: self._run_batch(number, batches.open_))
        rows = [row for row in self.rows.values() if row["batch"] == number]
        for at, row in enumerate(rows):
            self.diary.note(opens - 1 - at * 0.3, lambda row=row: self._resource(row))
        if published is not None:
            self.diary.note(closes - 0.1, lambda: self._run_batch(number, batches.close))
            for row in rows:
                self.diary.note(closes - 2, lambda row=row: self._screen(row))
            self.diary.note(published, lambda: self._run_batch(number, batches.publish))
        else:
            for row in rows:
                self.diary.note(5, lambda row=row: self._screen(row))

    def _plan_batch(self, number: int) -> None:
        opens, closes, _published = WINDOWS[number]
        title_zh, title_en, summary_zh, summary_en = BATCH_TEXTS[number]
        with self.diary.begin(self.diary.actor(OPERATOR)) as tx:
            batch = batches.plan_batch(
                tx,
                number=number,
                issuer_id=self.ids["miit-demo"],
                title_zh=title_zh,
                title_en=title_en,
                summary_zh=summary_zh,
                summary_en=summary_en,
                opens_at=self.diary.day(opens, hour=9),
                closes_at=self.diary.day(closes, hour=18),
            )
            batch.demo = True
        self.ids[f"batch {number}"] = batch.id

    def _run_batch(self, number: int, service: Any) -> None:
        with self.diary.begin(self.diary.actor(OPERATOR)) as tx:
            batch = tx.session.get(Batch, self.ids[f"batch {number}"])
            tx.require("batch.run", batch)
            if batch.state not in _BEFORE.get(service, (batch.state,)):
                return  # the clock was quicker
            service(tx, batch)

    def _resource(self, row: dict[str, Any]) -> None:
        with self.diary.begin(self.diary.actor(self.people[row["publisher"]])) as tx:
            resource = resources.create_resource(
                tx, publisher_id=self.ids[row["publisher"]], source_key=row["key"], **_content(row, self.organisations)
            )
            resource.demo = True
            self.ids[row["key"]] = resource.id
            if row["state"] != "draft":
                resources.submit(tx, resource, batch=self.ids[f"batch {row['batch']}"])

    def _screen(self, row: dict[str, Any]) -> None:
        if row["state"] in ("draft", "submitted"):
            return
        with self.diary.begin(self.diary.actor(OPERATOR)) as tx:
            resource = tx.session.get(Resource, self.ids[row["key"]])
            match row["state"]:
                case "returned":
                    resources.return_(tx, resource, remarks=row["remarks"])
                case "not_accepted":
                    resources.refuse(tx, resource, reason=row["refusal"]["zh"])
                case _:
                    resources.accept(tx, resource)

    def _in_state(self, state: str) -> list[dict[str, Any]]:
        return [row for row in self.rows.values() if row["state"] == state]

    def _suspensions(self) -> None:
        for row in self._in_state("suspended"):
            with self.diary.begin(self.diary.actor(self.people[row["publisher"]])) as tx:
                resources.suspend(
                    tx,
                    tx.session.get(Resource, self.ids[row["key"]]),
                    reason="接口版本升级，暂停受理新的申请，已有授权不受影响。",
                )

    def _closings(self) -> None:
        for row in self._in_state("closing"):
            with self.diary.begin(self.diary.actor(self.people[row["publisher"]])) as tx:
                resources.announce_closing(
                    tx,
                    tx.session.get(Resource, self.ids[row["key"]]),
                    closing_at=self.diary.day(-40, hour=18),
                    reason="该资源将由新版本替代，届时停止服务，请提前完成迁移。",
                )

    # -- scenarios and showcases -------------------------------------------------------------------------------------

    def _scenarios(self) -> None:
        for row in read("scenarios"):
            serving = [
                self.ids[key]
                for key, resource in self.rows.items()
                if resource["publisher"] in row["publishers"]
                and resource["kind"] in row["serves_kinds"]
                and resource["state"] == "listed"
            ]
            with self.diary.begin(self.diary.actor(OPERATOR)) as tx:
                scenario = pilots.create_scenario(
                    tx,
                    resources=serving[:6],
                    industries=row["industries"],
                    **both("title", row["title"]),
                    **both("need", row["need"]),
                    **both("solution", row["solution"]),
                )
                scenario.demo = True
                self._lead(tx, scenario, row)

    def _lead(self, tx: Any, scenario: ServiceScenario, row: dict[str, Any]) -> None:
        evidence = both("evidence", row["evidence"])
        if row["stage"] in ("piloting", "implemented", "replicated"):
            pilots.begin_pilot(tx, scenario)
        if row["stage"] in ("implemented", "replicated"):
            pilots.implement(tx, scenario, **evidence)
        if row["stage"] == "replicated":
            pilots.replicate(tx, scenario, **evidence)

    def _replications(self) -> None:
        with self.diary.runtime.store.read(SYSTEM) as tx:
            shown = [
                (showcase.id, showcase.firm_id)
                for showcase in tx.session.scalars(select(Showcase).order_by(Showcase.created_at)).unique()
            ]
        firms = [key for key, row in self.organisations.items() if "enterprise" in row["kinds"] and row["state"] == "verified"]
        for at, (showcase_id, told_by) in enumerate(shown):
            for key in firms[at * 3 : at * 3 + 1 + at % 3]:
                if self.ids[key] == told_by:
                    continue
                with self.diary.begin(self.diary.actor(self.people[key])) as tx:
                    pilots.record_replication(tx, tx.session.get(Showcase, showcase_id), firm=self.ids[key])


def _content(row: dict[str, Any], owners: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        **both("title", row["title"]),
        **both("summary", row["summary"]),
        **both("description", row["description"]),
        "kind": row["kind"],
        "access_policy": row["access_policy"],
        "industries": row["industries"],
        "regions": row["regions"],
        "licence": row["licence"],
        "tags": row["tags"],
        "places": row["places"],
        "term_days": row["term_days"],
        "price": row["price"],
        "min_tier": row["min_tier"],
        "sizes": row["sizes"],
        "url": row["url"] or "",
        "mailbox": owners[row["publisher"]]["mailbox"],
        "transparency": _card(row["transparency"]),
    }


def _card(card: dict[str, Any] | None) -> dict[str, str]:
    flat: dict[str, str] = {}
    for part, value in (card or {}).items():
        flat |= {part: value} if isinstance(value, str) else both(part, value)
    return {name: value for name, value in flat.items() if value}
