"""`flask demo`: the made-up chain is loaded, a batch of raw milk recalled, and the answer printed."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from demo.answers import answer_recall
from demo.case import drill_yogurt, write_drill, write_progress
from demo.chain import CASES_PER_PALLET, END_HOUR, LAST_DAY, build_chain
from demo.loading import Keys, Loaded, Progress, count_steps, is_loaded, load_chain, renew_keys
from demo.people import invite_people, write_people
from demo.recall import find_recall, recall_milk, time_impact
from demo.report import write_findings, write_outlets, write_statuses, write_tally
from demo.scene import set_scene
from demo.story import BEIJING
from demo.stranger import send_pastry
from demo.values import Chain, Lot
from recalls.cases import read_case
from recalls.effectiveness.progress import read_progress
from trace.gs1 import canonical_uri
from trace.kit import migrate
from trace.kit.acts import acts_of
from trace.kit.db import Database
from trace.kit.errors import Problem
from trace.kit.web import current_database, current_settings


@click.command()
@click.option("--url", help="Where the service will answer; PUBLIC_URL if not given.")
@click.option(
    "--cases-per-pallet",
    type=click.IntRange(min=6),
    default=CASES_PER_PALLET,
    show_default=True,
    help="Fewer make a smaller chain.",
)
@with_appcontext
def demo(url: str | None, cases_per_pallet: int) -> None:
    """Load the demonstration chain, recall a batch of raw milk, print what is affected.

    A second run loads nothing and prints the recall again.
    """
    database, now = current_database(), datetime.now(UTC)
    try:
        migrate.require_migrated(database)
        chain = build_chain(first_day_before(now), cases_per_pallet=cases_per_pallet)
        loaded = _load(database, chain, now)
        number, keys = _recall(database, chain, now)
    except (migrate.NotMigrated, Problem) as error:
        raise click.ClickException(str(error)) from error
    with database.write() as session:
        drilled = drill_yogurt(session, chain, keys.principal, now)
        scene = set_scene(chain, keys.principal, keys.colleague, send_pastry(session, chain, now))
        acted = [line for act in acts_of(current_app) for line in ("", *act(session, scene, now))]
        invited = invite_people(session, chain, now)
    with database.read() as session:
        case = find_recall(session, chain)
        assert case is not None
        impact, milliseconds = time_impact(session, case, datetime.now(UTC))
        progress = read_progress(session, case, datetime.now(UTC))
    base = (url or current_settings().public_url).rstrip("/")
    lines = [
        *_heading(chain, loaded, number),
        *write_outlets(impact["outlets"]),
        "",
        write_statuses(impact["outlets"]),
        "",
        "数量守恒：生产 = 现在何处 / Conservation: made = where it is now",
        *write_tally(impact["totals"], chain),
        "",
        *write_findings(impact["findings"]),
        "",
        *_timing(impact, loaded, milliseconds),
        "",
        *write_progress(progress, chain),
        "",
        *write_drill(drilled),
        *acted,
        "",
        *_next_steps(chain, base, number, keys),
        "",
        *write_people(invited, base),
    ]
    click.echo("\n".join(lines))


def first_day_before(now: datetime) -> date:
    """Return the first day of a chain that has just ended at ``now``: a recall of today's goods, not last year's."""
    return (now.astimezone(BEIJING) - timedelta(hours=END_HOUR)).date() - timedelta(days=LAST_DAY)


def _load(database: Database, chain: Chain, now: datetime) -> Loaded | None:
    with database.read() as session:
        if is_loaded(session, chain):
            return None
    with database.write() as session, _progress(count_steps(chain)) as progress:
        return load_chain(session, chain, now, progress)


def _recall(database: Database, chain: Chain, now: datetime) -> tuple[str, Keys]:
    with database.write() as session:
        keys = renew_keys(session, chain)
        case = find_recall(session, chain)
        if case is not None:
            return case.number, keys
        number = recall_milk(session, chain, keys.principal, keys.colleague, now)
        answer_recall(session, read_case(session, keys.principal, number), now)
        return number, keys


@contextmanager
def _progress(total: int) -> Iterator[Progress]:
    """A bar where somebody looks on; else a line every tenth, so that a log stays short."""
    label = "载入演示数据 Loading the demonstration"
    if sys.stderr.isatty():
        with click.progressbar(length=total, label=label, file=sys.stderr) as bar:
            yield bar.update
        return
    done = 0

    def report(steps: int) -> None:
        nonlocal done
        tenth = done * 10 // total
        done += steps
        if done * 10 // total > tenth:
            click.echo(f"{label}: {done} / {total}", err=True)

    yield report


def _heading(chain: Chain, loaded: Loaded | None, number: str) -> list[str]:
    lot, others = chain.recalled, chain.affected[1:]
    there = "演示数据已在库中，未重复载入 / The demonstration is in the database already; nothing was loaded again"
    names = "、".join(f"{one.product.name} {one.lot}" for one in others)
    names_en = ", ".join(f"{one.product.name_en} {one.lot}" for one in others)
    return [
        "溯源 Suyuan · 演示 / demonstration",
        "所有企业均为虚构；表中略去名称前的“示例” / Every firm is made up; the table leaves out their 示例 (Example)",
        *([there, ""] if loaded is None else [""]),
        f"召回 {number}：{lot.product.firm.name} {lot.product.name} 批次 {lot.lot} → {names}",
        f"Recall {number}: {lot.product.firm.name_en}, {lot.product.name_en} {lot.lot} → {names_en}",
        "",
    ]


def _timing(impact: dict[str, Any], loaded: Loaded | None, milliseconds: float) -> list[str]:
    batches, outlets = len(impact["batches"]), len({row["id"] for row in impact["outlets"]})
    lines = [
        f"召回影响计算用时 {milliseconds:.0f} 毫秒（{batches} 个批次，{outlets} 家门店）"
        f" / The recall's impact took {milliseconds:.0f} ms ({batches} batches, {outlets} outlets)",
    ]
    if loaded is not None:
        lines.append(
            f"载入 {loaded.events:,} 个事件（{loaded.documents} 份 EPCIS 文档）用时 {loaded.seconds:.1f} 秒"
            f" / Loading {loaded.events:,} events ({loaded.documents} EPCIS documents) took {loaded.seconds:.1f} s"
        )
    return lines


def _next_steps(chain: Chain, base: str, number: str, keys: Keys) -> list[str]:
    yogurt, ice_cream = chain.affected[1], chain.affected[4]
    safe = next(lot for lot in chain.lots if lot.product == yogurt.product and lot not in chain.affected)
    gtin, lot = yogurt.product.gtin14, quote(yogurt.lot, safe="")
    batch = f"{base}/api/v1/batches/{gtin}/{lot}"
    return [
        "接下来 / What next",
        f"  被召回的酸牛奶 a recalled yogurt      {base}/check?code={_code(yogurt)}",
        f"  被召回的冰淇淋 a recalled ice cream   {base}/check?code={_code(ice_cream)}",
        f"  未被召回的批次 a lot not recalled     {base}/check?code={_code(safe)}",
        f"  只扫到商品条码 no lot on the code     {base}/check?code={yogurt.product.gtin}",
        f"  手机扫二维码 a phone's camera         {base}/01/{gtin}/10/{lot}",
        f"  召回公告 the recall's page            {base}/recalls/{number}",
        "",
        "API 密钥，仅供演示，下次运行即失效 / API keys, for the demonstration only; they end at the next run",
        f"  监管 regulator  {keys.regulator}",
        f"  企业 company    {keys.company}  ({yogurt.product.firm.name_en})",
        f'  curl -H "Authorization: Bearer {keys.regulator}" {base}/api/v1/recalls/{number}/impact',
        f'  curl -H "Authorization: Bearer {keys.regulator}" {base}/api/v1/recalls/{number}/progress',
        f'  curl -H "Authorization: Bearer {keys.company}" {batch}/balance',
        f'  curl -H "Authorization: Bearer {keys.company}" "{batch}/label?copies=24" -o labels.pdf',
    ]


def _code(lot: Lot) -> str:
    return quote(canonical_uri(lot.product.gtin14, lot.lot), safe="")


def register(app: Flask) -> None:
    """Add the command to ``app``."""
    app.cli.add_command(demo)
