"""Where the test data lies: SUYUAN_DATA, else ../shared/data beside the repository. Never copied here."""

import os
from pathlib import Path

import pytest

DATA = Path(os.environ.get("SUYUAN_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")


def data_path(name: str) -> Path:
    """The file or folder `name` of the test data; skips the test by that name where it is missing."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"test data missing: {name} (looked in {DATA})", allow_module_level=True)
    return path


def data_files(folder: str, pattern: str = "*") -> list[object]:
    """Parameters for `pytest.mark.parametrize`: each file of `folder`, or one skip that names the folder."""
    found = sorted(path for path in (DATA / folder).glob(pattern) if path.is_file())
    if not found:
        reason = f"test data missing: {folder}/{pattern} (looked in {DATA})"
        return [pytest.param(None, marks=pytest.mark.skip(reason=reason), id=f"missing-{folder}")]
    return [pytest.param(path, id=path.name) for path in found]
