"""Recalls in a network of a country's size: the service beside other ways to find the same outlets and units.

`python -m bench.national [--movements N] [--grow N] [--only WAY …]`. In one run, on the same data: build time, memory,
and milliseconds for recalls of about 300, 10,000 and 500,000 movements, the first of a fresh process with nothing of
the files in memory (*cold*), and the median of later ones (*warm*). With `--grow` all of it again after the network has
grown to N movements, the recalls being the same. A way whose outlets or units differ ends the run.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, get_args

import numpy as np

from bench import contest, tables
from bench.contenders import CONTENDERS, Contender, Where, build_ours
from bench.contest import Recalls, TooLong
from bench.databases import KINDS, Servers, servers
from bench.network import FIRST_OUTLET, Network, find_closure, grow, make_network, pick_recalls
from bench.network_rows import Extent

MOVEMENTS, QUICK = 200_000, 50_000
SIZES = (300, 10_000, 500_000)

Results = dict[str, dict[str, Any]]
"""What each way took, by its name."""


def sizes(movements: int) -> list[int]:
    """Return the sizes of recalls for a network: the largest it can have is half of it."""
    return [min(size, movements // 2) for size in SIZES if size < movements]


def expected(network: Network, recalls: Recalls) -> dict[int, dict[str, Any]]:
    """Return the right answer of each recall, straight from the network's columns."""
    found = {}
    for size, batches in recalls.items():
        mine = np.isin(network.batch, list(find_closure(network, batches))) & (network.destination >= FIRST_OUTLET)
        outlets = network.destination[mine]
        units = np.bincount(outlets, network.quantity[mine]).astype(np.int64).tolist()
        found[size] = contest.digest({outlet: units[outlet] for outlet in np.unique(outlets).tolist()})
    return found


def reach(network: Network, recalls: Recalls) -> dict[int, tuple[int, int]]:
    """Return how many batches and movements each recall reaches."""
    movements = np.bincount(network.batch, minlength=network.batches)
    closures = {size: find_closure(network, batches) for size, batches in recalls.items()}
    return {size: (len(closure), int(movements[list(closure)].sum())) for size, closure in closures.items()}


def compete(
    made: Servers,
    network: Network,
    recalls: Recalls,
    names: Sequence[str],
    keep: bool,
    extent: Extent = "all",
) -> Results:
    """Have every way answer, each in processes of its own; ``keep`` what was built for the next time."""
    folder = save(made, network)
    right = expected(network, recalls)
    results: Results = {}
    for kind in ("", "duckdb", "sqlite", "postgresql"):
        for build in dict.fromkeys(one.build for one in CONTENDERS.values() if one.kind == kind):
            chosen = [one for one in CONTENDERS.values() if (one.kind, one.build) == (kind, build)]
            chosen = [one for one in chosen if one.name in names]
            if chosen:
                with built(made, chosen[0], folder, keep, extent) as where:
                    for one in chosen:
                        results |= _try(made, one, where, recalls)
    for name, result in results.items():
        for size, answer in result["recalls"].items():
            wrong = {key: answer[key] for key in right[size] if answer[key] != right[size][key]}
            if wrong:
                raise SystemExit(f"Cannot compare: {name} finds {wrong} where {right[size]} is right.")
    return {name: results[name] for name in CONTENDERS if name in results}


def save(made: Servers, network: Network) -> Path:
    """Write the network where processes find it; return the folder."""
    folder = made.folder / f"network_{len(network.batch)}"
    if not folder.exists():
        network.save(folder)
    return folder


@contextmanager
def built(made: Servers, one: Contender, folder: Path, keep: bool, extent: Extent = "all") -> Iterator[Where]:
    """Build what a way keeps on disk, unless a file there says that it was kept; gone at the end unless ``keep``."""
    name = f"{folder.name}_{getattr(one.build, '__name__', '')}"
    with ExitStack() as stack:
        url = ""
        if one.kind in KINDS and keep:
            url = made.kept(one.kind, name)
        elif one.kind in KINDS:
            database = stack.enter_context(made.empty(one.kind))
            database.close()  # nothing of ours stays connected
            url = database.engine.url.render_as_string(hide_password=False)
        where = Where(folder, url, extent)
        if one.build is not None:
            done = _done(one, where)
            if not done.exists():
                done.write_text(json.dumps(contest.run("build", one.name, where)))
            print(f"{one.name}: built in {_build_of(one, where)['seconds']:,.0f} s", flush=True)
        yield where
        if not keep:
            _done(one, where).unlink(missing_ok=True)
            (folder / "network.duckdb").unlink(missing_ok=True)


def _done(one: Contender, where: Where) -> Path:
    """The file that says what building took."""
    return where.folder / f"{where.folder.name}_{getattr(one.build, '__name__', '')}_{one.kind}.json"


def _build_of(one: Contender, where: Where) -> dict[str, Any]:
    done = _done(one, where)
    found: dict[str, Any] = json.loads(done.read_text()) if done.exists() else {}
    return found


def _try(made: Servers, one: Contender, where: Where, recalls: Recalls) -> Results:
    try:
        result = {"built": _build_of(one, where), **_ask(made, one, where, recalls)}
        if one.build is build_ours:
            result["stages"] = contest.run("stages", one.name, where, recalls)
    except TooLong as error:
        print(error, flush=True)
        return {}
    print(f"{one.name}: {_summary(result)}", flush=True)
    return {one.name: result}


def _ask(made: Servers, one: Contender, where: Where, recalls: Recalls) -> dict[str, Any]:
    """A graph in memory is opened once; what is on disk, anew and cold for every recall."""
    if one.build is None:
        answers = contest.run("ask", one.name, where, recalls)
        answers["recalls"] = {int(size): answer for size, answer in answers["recalls"].items()}
        return answers
    found: dict[str, Any] = {"opened": 0.0, "memory": 0, "recalls": {}}
    for size, batches in recalls.items():
        made.cool()
        answers = contest.run("ask", one.name, where, {size: batches})
        found["recalls"][size] = answers["recalls"][str(size)]
        found["opened"] = max(found["opened"], answers["opened"])
        found["memory"] = max(found["memory"], answers["memory"])
    return found


def _summary(result: Mapping[str, Any]) -> str:
    times = (f"{size:,}: {1000 * answer['median']:,.2f} ms" for size, answer in result["recalls"].items())
    return f"{_seconds(result):,.1f} s, {_gigabytes(result)} GB; " + ", ".join(times)


def _seconds(result: Mapping[str, Any]) -> float:
    """Until it can be asked: what is built on disk, or the graph in memory."""
    seconds: float = result["built"].get("seconds") or result["opened"]
    return seconds


def _gigabytes(result: Mapping[str, Any]) -> str:
    return f"{result['memory'] / 1e9:.2f}"


def _milliseconds(seconds: float) -> str:
    return f"{1000 * seconds:,.2f}" if seconds < 0.1 else f"{1000 * seconds:,.0f}"


def show(network: Network, recalls: Recalls, results: Results) -> None:
    """Print what each way took, and its warm times as multiples of ours."""
    rows = []
    for name, result in results.items():
        on_disk = CONTENDERS[name].build is not None
        row: list[object] = [name, f"{_seconds(result):,.0f}", _gigabytes(result)]
        for answer in result["recalls"].values():
            row += [_milliseconds(answer["first"]) if on_disk else "", _milliseconds(answer["median"])]
        rows.append(row)
    head = ["way", "build, s", "memory, GB"]
    for size, (batches, movements) in reach(network, recalls).items():
        outlets = next(iter(results.values()))["recalls"][size]["outlets"]
        head += [f"{movements:,} movements, cold", f"the same, warm ({batches:,} batches, {outlets:,} outlets)"]
    title = f"Milliseconds of a recall among {len(network.batch):,} movements ({tables.machine()})"
    tables.show(title, head, rows)


def show_stages(results: Results, recalls: Recalls) -> None:
    """Print where our own time goes."""
    ours = {name: result["stages"] for name, result in results.items() if "stages" in result}
    if not ours:
        return
    columns = [(name, size) for name in ours for size in recalls]
    stages = next(iter(ours.values()))[str(next(iter(recalls)))]
    rows = [[stage, *(_milliseconds(ours[name][str(size)][stage]) for name, size in columns)] for stage in stages]
    head = ["stage, warm, ms", *(f"{name.removeprefix('ours, ')}, {size:,}" for name, size in columns)]
    tables.show("Where our time goes", head, rows)


def show_growth(before: Results, after: Results, recalls: Recalls) -> None:
    """Print the warm times after the network has grown, divided by those before."""
    rows = []
    for name in before:
        if name in after:
            pairs = [(after[name]["recalls"][size], before[name]["recalls"][size]) for size in recalls]
            rows.append([name, *(f"{late['median'] / early['median']:.2f}" for late, early in pairs)])
    tables.show(
        "The same recalls, warm, after ÷ before the network grew", ["way", *(f"{size:,}" for size in recalls)], rows
    )


def main(arguments: Sequence[str] = ()) -> None:
    """Make the network, have all ways answer, and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.national", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} movements instead of {MOVEMENTS:,}")
    parser.add_argument("--movements", type=int, help="about so many")
    parser.add_argument("--grow", type=int, help="then grow to about so many, and answer again")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", choices=list(CONTENDERS), metavar="WAY", default=list(CONTENDERS))
    parser.add_argument("--keep", type=Path, help="a folder for what is built, to be asked again by later runs")
    parser.add_argument("--extent", choices=get_args(Extent), default="all", help="of our tables, once grown")
    chosen = parser.parse_args(arguments)
    movements = chosen.movements or (QUICK if chosen.quick else MOVEMENTS)
    network = make_network(movements, chosen.seed)
    recalls = pick_recalls(network, sizes(movements))
    with servers(keep=chosen.keep) as made:
        before = compete(made, network, recalls, chosen.only, chosen.keep is not None)
        show(network, recalls, before)
        show_stages(before, recalls)
        if chosen.grow is not None:
            network = grow(network, chosen.grow - movements, chosen.seed + 1)
            after = compete(made, network, recalls, chosen.only, chosen.keep is not None, chosen.extent)
            show(network, recalls, after)
            show_stages(after, recalls)
            show_growth(before, after, recalls)


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
