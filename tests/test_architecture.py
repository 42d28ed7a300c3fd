"""The arrows of the architecture: every import of the product is read, and one against an arrow fails."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import trace
from trace.kit.config import ROOT

PACKAGES = ("trace", "recalls", "oversight")
"""Lower packages first: none may import a later one."""

PURE = (
    *("trace.gs1", "trace.symbols", "trace.epcis", "trace.fold"),
    *(
        "trace.walk",
        "trace.veil",
        "trace.cbv",
        "trace.uscc",
        "trace.units",
        "trace.amounts",
        "trace.tally",
        "trace.postings",
        "trace.movements",
        "trace.stock_checks",
        "trace.documents",
        "trace.sheets",
        "trace.pdf",
        "trace.pdf_text",
        "trace.picture",
        "trace.unit_words",
        "trace.regions",
        "trace.descent",
        "trace.backoff",
        "trace.own_stock",
        "trace.serial_ranges",
        "trace.unit_words",
        "trace.field_words",
        "trace.mistake_words",
        "trace.refusal_words",
    ),
    *(
        "trace.kit.formats",
        "trace.kit.strict_json",
        "recalls.stages",
        "recalls.comparison.changes",
        "recalls.effectiveness.outlook",
        "recalls.effectiveness.ratios",
        "recalls.effectiveness.sampling",
        "recalls.holdings",
        "recalls.launch.draft",
        "recalls.responses.figures",
        "recalls.ways_back",
        "trace.subscriptions.schedule",
    ),
    *(
        f"recalls.publication.{name}"
        for name in ("fields", "records", "regions", "softening", "feeds", "paper", "pictures", "search")
    ),
    *(f"recalls.notices.{name}" for name in ("policy", "letter", "words")),
    *(f"recalls.clocks.{name}" for name in ("working_days", "states", "triggers")),
    *("oversight.gb2260", "oversight.matters.flows"),
    *("oversight.ledgers.keeping", "oversight.ledgers.lines"),
    *(f"oversight.complaints.{name}" for name in ("masking", "codes", "flows")),
    *(f"oversight.sampling.{name}" for name in ("draw", "flows", "limits", "rates", "written")),
    *(f"oversight.warnings.{name}" for name in ("flow", "observations", "rates", "unusual")),
    *("oversight.registers.validity", "oversight.registers.written"),
    *(f"trace.resolver.{name}" for name in ("request", "levels", "link_types", "href", "choice", "linkset")),
    *(f"trace.mixing.{name}" for name in ("arcs", "bins", "expected", "flows", "moves", "network", "parts")),
    *(f"trace.sheets_in.{name}" for name in ("tables", "cells", "headings")),
    *(f"trace.labels.{name}" for name in ("content", "sheets", "layout", "drawing")),
    *(f"trace.sources.{name}" for name in ("periods", "ways", "scores", "network", "paths", "steps", "leading")),
    *(
        f"trace.fcl.{name}"
        for name in ("sheet", "tables", "workbook", "names", "units", "schedule", "events", "reading")
    ),
)
MODELS = ("trace.models", "recalls.models", "oversight.models")
EDGE = (*(f"{package}.{layer}" for package in PACKAGES for layer in ("web", "cli")), "trace.users_cli")
KIT_EDGE = (
    "trace.kit.web",
    "trace.kit.transactions",
    "trace.kit.contract",
    "trace.kit.openapi",
    "trace.kit.desk",
    "trace.kit.forms",
    "trace.kit.panels",
)
WEB_LIBRARIES = ("flask", "werkzeug", "gunicorn", "click")
STORES = ("sqlalchemy", "alembic", "psycopg", "sqlite3")
MAX_LINES = 400

FORBIDDEN: dict[str, tuple[str, ...]] = {
    "pure": (*STORES, *WEB_LIBRARIES, "trace.kit"),
    "models": (*WEB_LIBRARIES, "trace.kit"),
    "operations": (*WEB_LIBRARIES, *KIT_EDGE),
    "edge": ("sqlalchemy", "psycopg", "sqlite3"),
    "kit": (),
}
"""What a layer may not import, apart from our own layers above it."""

EXCEPTIONS: dict[str, tuple[str, ...]] = {
    "pure": ("trace.kit.formats", "trace.kit.strict_json"),
    "models": ("trace.kit.db", "trace.kit.strict_json", "trace.kit.accounts"),
}

RANK = {"pure": 0, "kit": 1, "models": 2, "operations": 3, "edge": 4}
"""A layer imports itself and the layers of a lower rank."""


def within(module: str, names: tuple[str, ...]) -> bool:
    """Whether `module` is one of `names` or inside one."""
    return any(module == name or module.startswith(name + ".") for name in names)


def layer_of(module: str) -> str | None:
    """The layer of one of our modules; None for a package itself (`trace`) and for foreign modules."""
    if module in PACKAGES or not within(module, PACKAGES):
        return None
    for layer, names in (("pure", PURE), ("models", MODELS), ("edge", EDGE), ("kit", ("trace.kit",))):
        if within(module, names):
            return layer
    return "operations"


def objection(module: str, imported: str) -> str | None:
    """Why `module` may not import `imported`; None if it may."""
    layer, other = layer_of(module), layer_of(imported)
    packages = [PACKAGES.index(name.split(".")[0]) for name in (module, imported) if within(name, PACKAGES)]
    if len(packages) == 2 and packages[0] < packages[1]:
        return "an arrow between packages that runs back"
    if within(imported, ("wsgi", "tests", "bench", "deploy", "migrations")):
        return "the program must not need what surrounds it"
    if within(imported, ("networkx",)) and not within(module, ("trace.walk",)):
        return "only trace.walk uses networkx"
    if layer is None:
        return None
    if within(imported, FORBIDDEN[layer]) and not within(imported, EXCEPTIONS.get(layer, ())):
        return f"not for {layer}"
    if other is not None and RANK[other] > RANK[layer]:
        return f"{layer} must not know {other}"
    if layer == "kit" and other not in (None, "kit") and not within(imported, ("trace.kit",)):
        return "the kit knows nothing of the rest"
    return None


def imports_of(module: str, source: str, is_package: bool) -> Iterator[str]:
    """Every module that `source` imports, at its top or inside a function, names of packages resolved."""
    package = module if is_package else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".")
                base = ".".join(parts[: len(parts) - node.level + 1] + ([base] if base else []))
            names = [f"{base}.{alias.name}" for alias in node.names]
            yield from (name if is_module(name) else base for name in names)


def is_module(name: str) -> bool:
    """Whether one of our files has this module name."""
    path = ROOT.joinpath(*name.split("."))
    return within(name, PACKAGES) and (path.with_suffix(".py").is_file() or path.is_dir())


def product_files() -> list[Path]:
    """Every Python file of the program."""
    folders = [ROOT / package for package in PACKAGES]
    return [ROOT / "wsgi.py", *sorted(file for folder in folders for file in folder.rglob("*.py"))]


def module_name(file: Path) -> str:
    """`trace/gs1/keys.py` is `trace.gs1.keys`."""
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def test_every_import_follows_the_arrows() -> None:
    wrong = []
    for file in product_files():
        module = module_name(file)
        for imported in imports_of(module, file.read_text("utf-8"), file.name == "__init__.py"):
            reason = objection(module, imported)
            if reason:
                wrong.append(f"{file.relative_to(ROOT)} imports {imported}: {reason}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("trace.capture", "recalls.cases"),
        ("recalls.cases", "oversight.inspections"),
        ("trace.gs1.keys", "sqlalchemy.orm"),
        ("trace.gs1.keys", "trace.kit.db"),
        ("trace.fold.steps", "trace.models.events"),
        ("trace.fold.steps", "trace.capture"),
        ("trace.walk", "flask"),
        ("trace.supply_graph", "networkx"),
        ("trace.models.events", "trace.capture"),
        ("trace.models.events", "trace.kit.web"),
        ("trace.capture", "flask"),
        ("trace.capture", "trace.web.pages"),
        ("trace.capture", "trace.kit.contract"),
        ("trace.kit.db", "trace.gs1.keys"),
        ("trace.kit.db", "trace.models"),
        ("trace.web.pages", "sqlalchemy"),
        ("trace.kit.web", "wsgi"),
    ],
)
def test_an_arrow_that_runs_back_is_seen(module: str, imported: str) -> None:
    assert objection(module, imported)


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("recalls.cases", "trace.holds"),
        ("trace.epcis.json_format", "trace.gs1.keys"),
        ("trace.epcis.json_format", "trace.kit.strict_json"),
        ("trace.walk", "networkx"),
        ("trace.models.events", "trace.kit.db"),
        ("trace.capture", "trace.models.events"),
        ("trace.capture", "trace.kit.errors"),
        ("trace.web.pages", "trace.capture"),
        ("trace.kit.contract", "trace.kit.strict_json"),
    ],
)
def test_an_arrow_that_runs_forward_is_allowed(module: str, imported: str) -> None:
    assert objection(module, imported) is None


def test_imports_are_found_wherever_they_hide() -> None:
    source = "from trace import kit\ndef f():\n    from ..models import events\n    import a.b as c\n"
    found = set(imports_of("trace.fold.steps", source, is_package=False))
    assert found == {"trace.kit", "trace.models.events", "a.b"}


def test_trace_is_ours_and_not_the_standard_library_s() -> None:
    assert trace.__file__ is not None
    assert Path(trace.__file__).is_relative_to(ROOT)


def test_no_file_outgrows_a_reader() -> None:
    sizes = {file.relative_to(ROOT): len(file.read_text("utf-8").splitlines()) for file in product_files()}
    assert not {str(file): size for file, size in sizes.items() if size > MAX_LINES}
