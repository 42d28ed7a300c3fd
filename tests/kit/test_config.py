"""Settings and their page in the documentation."""

import re
import stat
from pathlib import Path

import pytest

from trace.kit.config import ROOT, SETTINGS, Settings


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    settings = Settings.from_env({}, instance=tmp_path / "instance")
    assert settings.database_url == f"sqlite:///{tmp_path}/instance/suyuan.sqlite3"
    assert settings.public_url == "http://localhost:8000"
    assert settings.test_database_url is None


def test_the_secret_is_made_once_and_only_the_owner_reads_it(tmp_path: Path) -> None:
    first = Settings.from_env({}, instance=tmp_path).secret_key
    assert len(first) >= 43
    assert Settings.from_env({}, instance=tmp_path).secret_key == first
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]


def test_a_given_secret_leaves_no_file(tmp_path: Path) -> None:
    settings = Settings.from_env({"SECRET_KEY": "given", "PUBLIC_URL": "https://a.example/"}, instance=tmp_path)
    assert (settings.secret_key, settings.public_url) == ("given", "https://a.example")
    assert list(tmp_path.iterdir()) == []


def test_a_public_url_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"PUBLIC_URL 'a.example': expected http"):
        Settings.from_env({"PUBLIC_URL": "a.example", "SECRET_KEY": "x"}, instance=tmp_path)


def test_what_webhooks_may_reach_is_said_with_0_and_1(tmp_path: Path) -> None:
    settings = Settings.from_env({"SECRET_KEY": "x", "WEBHOOKS_ALLOW_HTTP": "1"}, instance=tmp_path)
    assert (settings.webhooks_allow_http, settings.webhooks_allow_private) == (True, False)
    with pytest.raises(ValueError, match=r"WEBHOOKS_ALLOW_PRIVATE 'yes': expected 0 or 1"):
        Settings.from_env({"SECRET_KEY": "x", "WEBHOOKS_ALLOW_PRIVATE": "yes"}, instance=tmp_path)


def test_hosts_of_links_are_names_with_commas_between(tmp_path: Path) -> None:
    settings = Settings.from_env({"SECRET_KEY": "x", "LINK_HOSTS": " A.example,.b.example, "}, instance=tmp_path)
    assert settings.link_hosts == ("a.example", ".b.example")
    for wrong in ("https://a.example", "a", "a.example/x", "*.a.example", "a.example:443"):
        with pytest.raises(ValueError, match="LINK_HOSTS"):
            Settings.from_env({"SECRET_KEY": "x", "LINK_HOSTS": wrong}, instance=tmp_path)


def test_the_documentation_lists_exactly_the_settings() -> None:
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")
    assert tuple(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE)) == SETTINGS


def test_the_program_reads_no_other_variable() -> None:
    read = re.compile(r"os\.environ|getenv")
    files = [file for package in ("trace", "recalls") for file in (ROOT / package).rglob("*.py")]
    found = {file.relative_to(ROOT).as_posix() for file in files if read.search(file.read_text("utf-8"))}
    assert found == {"trace/kit/config.py"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAIL_FROM", "Suyuan <recalls@a.example>"),
        ("MAIL_FROM", "recalls"),
        ("REPORT_URL", "javascript:alert(1)"),
        ("REPORT_URL", "report.example"),
        ("SMTP_URL", "mail.a.example"),
        ("SMTP_URL", "smtp://user:secret@mail.a.example:port"),
    ],
)
def test_mail_that_could_never_leave_is_refused_at_the_start(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"Cannot use {name}") as refused:
        Settings.from_env({name: value, "SECRET_KEY": "x"}, instance=tmp_path)
    assert "secret" not in str(refused.value)
