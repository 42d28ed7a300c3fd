"""Market regulation in the demonstration: offices, complaints that stand out, a blacklisted bakery; all made up."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.blacklist.listings import LISTINGS, NewListing, propose_listing
from oversight.complaints.intake import ComplaintIn, receive
from oversight.credit.records import NewRecord, enter_record
from oversight.jurisdictions import add_jurisdiction
from oversight.matters.kinds import act
from oversight.matters.steps import CITIZEN
from oversight.models import ListedParty, Matter
from oversight.publications.drafting import PublicationIn, draft
from oversight.publications.drafts import PUBLICATIONS
from oversight.purchases.checking import check_receipts
from oversight.registers.entering import enter
from oversight.registers.entries import home_day
from oversight.registers.registers import REGISTERS
from oversight.warnings.flow import SIGNAL
from oversight.warnings.watch import watch
from trace.demonstration import Scene
from trace.kit.auth import Principal
from trace.master_data import require_party

ITEMS = ("菌落总数", "霉菌", "蛋白质", "兽药残留")
ENDED = timedelta(days=12)
"""How long ago the bakery's licence expired; its pastry was made before."""

_SPOILED = "打开后有异味，颜色发黄，吃了半杯后腹痛。"


def show_oversight(session: Session, scene: Scene, now: datetime) -> Sequence[str]:
    """Enter what is not there yet, and say where to look."""
    listed = select(ListedParty.matter_id).where(ListedParty.party_id == require_party(session, scene.stranger).id)
    if session.scalar(listed) is None:
        enter_offices(session, scene, now)
        enter_registers(session, scene, now)
        list_stranger(session, scene, now)
        _complain(session, scene, now)
        _publish(session, scene, now)
    while check_receipts(session, now):
        pass
    watch(session, now)
    return _lines(session)


def enter_offices(session: Session, scene: Scene, now: datetime) -> None:
    """Enter the authorities of all places."""
    for code, name, name_en in scene.offices:
        add_jurisdiction(session, code, name, name_en, "12315", now)


def enter_registers(session: Session, scene: Scene, now: datetime) -> None:
    """Enter licensed categories, the licences of the maker and of the bakery, and two laboratories."""
    day = home_day(now)
    for word, name, name_en, prefix in (
        ("dairy", "乳制品", "Dairy products", "05"),
        ("pastry", "糕点", "Pastry", "24"),
    ):
        names = {"word": word, "name": name, "name_en": name_en, "scheme": "SC", "prefix": prefix}
        _enter(session, scene.official, "categories", names | {"needed_from": "2020-03-01", "source": "演示"}, now)
    for number, party, category, last in (
        ("SC10513060600001", scene.maker, "dairy", day + timedelta(days=1100)),
        ("SC12413060600900", scene.stranger, "pastry", day - ENDED),
    ):
        days = {"valid_from": str(last - timedelta(days=1825)), "valid_to": str(last)}
        held = {"number": number, "party": party, "categories": [category], "issuer": "演示"}
        _enter(session, scene.official, "licences", {**held, **days}, now)
    for number, name, name_en in (
        ("CNAS-D001", "示例食品检验所", "Example Food Laboratory"),
        ("CNAS-D002", "示例质量检测中心", "Example Quality Centre"),
    ):
        names = {"number": number, "name": name, "name_en": name_en, "valid_from": str(day - timedelta(days=365))}
        scope = [{"item": item, "method": "GB"} for item in ITEMS]
        _enter(session, scene.official, "laboratories", {**names, "scope": scope}, now)


def _enter(session: Session, principal: Principal, register: str, body: Mapping[str, object], now: datetime) -> None:
    entry = REGISTERS[register]
    enter(session, principal, entry, entry.model.model_validate(body), "演示", now)


def list_stranger(session: Session, scene: Scene, now: datetime) -> None:
    """Put the bakery on the blacklist: proposed by one official, the firm heard, decided by the other."""
    day = home_day(now)
    decision = "示市监罚〔2026〕7号"
    words = ("使用过期原料生产糕点，拒不改正", "Made pastry of ingredients past their date, and did not stop")
    new = NewRecord(scene.stranger, "penalty", day - timedelta(days=30), decision, *words)
    enter_record(session, scene.official, new, now)
    matter = propose_listing(
        session, scene.official, NewListing(scene.stranger, *words, "食品安全法 第一百二十四条", decision), now
    )
    states = {"decision": "示市监信〔2026〕1号", "starts_on": str(day), "review_on": str(day + timedelta(days=1095))}
    for who, step, said in (
        (scene.official, "notify", {}),
        (scene.official, "state-case", {}),
        (scene.colleague, "list", states),
    ):
        act(session, LISTINGS, who, matter.number, step, LISTINGS.body_of(step).model_validate(said), "演示", now)


def _complain(session: Session, scene: Scene, now: datetime) -> None:
    """Consumers who do not know of each other, about yogurts from several cities."""
    for turn, (code, shop) in enumerate(scene.bought, 1):
        citizen = {"email": f"consumer-{turn}@mail.example"}
        bought = {"code": code, "outlet": shop, "citizen": citizen}
        said = bought | {"kind": "complaint", "cause": "spoiled", "words": _SPOILED}
        at = now - timedelta(hours=6 * turn)
        receive(session, CITIZEN, ComplaintIn.model_validate(said), "web", "demonstration", f"demonstration {turn}", at)


def _publish(session: Session, scene: Scene, now: datetime) -> None:
    words = {
        "topic": "tip",
        "title": "低温酸奶开封前后都要冷藏",
        "title_en": "Keep chilled yogurt in the refrigerator before and after opening it",
        "text": "购买时看清生产日期和保质期；开封后冷藏，两日内食用。发现胀包、异味，请勿食用，可拨打 12315 投诉。",
        "text_en": "Look at the dates when you buy it. Once open, keep it cold and eat it within two days. "
        "If the cup bulges or smells, do not eat it, and call 12315.",
    }
    matter = draft(session, scene.official, PublicationIn.model_validate(words), now)
    body = PUBLICATIONS.body_of("approve")()
    act(session, PUBLICATIONS, scene.colleague, matter.number, "approve", body, "演示", now)


def _lines(session: Session) -> list[str]:
    number = session.scalar(select(Matter.number).where(Matter.kind == SIGNAL.kind).order_by(Matter.id.desc()))
    return [
        "市场监管 / Market regulation",
        f"  预警信号 early warning              /desk/matters/{number}  (监管人员 regulator)",
        "  待收货物的供货者在黑名单中，许可证已过期 / a delivery of a blacklisted supplier, its licence expired:",
        "    /desk/deliveries  (门店 retailer)",
        "  公开信息 publications, blacklist     /publications · /blacklist · /services",
    ]
