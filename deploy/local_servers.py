"""PostgreSQL servers on this machine for trying things out: started, stopped and killed at will, gone at the end."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

SETTINGS = """
listen_addresses = ''
shared_buffers = '128MB'
max_wal_size = '4GB'
log_statement = 'all'
log_line_prefix = '%m '
"""


class NoServerFound(RuntimeError):
    """No PostgreSQL with postgres_fdw is installed here."""


def find_binaries(given: str | None = None) -> Path:
    """Return the folder of the programs of a PostgreSQL that has postgres_fdw: ``given``, SUYUAN_POSTGRESQL, or found.

    Raises NoServerFound. What `pip` installs for the tests is no such PostgreSQL: it comes without its extensions.
    """
    named = given or os.environ.get("SUYUAN_POSTGRESQL")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = shutil.which("pg_ctl")
    candidates = [Path(named)] if named else [*found, *([Path(on_path).resolve().parent] if on_path else [])]
    for folder in candidates:
        if (folder / "initdb").exists() and _has_extension(folder):
            return folder
    raise NoServerFound(
        f"Cannot find a PostgreSQL with postgres_fdw in {', '.join(map(str, candidates)) or 'the usual places'}: "
        "expected the folder of initdb and pg_ctl in SUYUAN_POSTGRESQL (Debian: the package postgresql)."
    )


def _has_extension(folder: Path) -> bool:
    asked = subprocess.run([folder / "pg_config", "--pkglibdir"], capture_output=True, text=True, check=False)
    places = [Path(asked.stdout.strip()), folder.parent / "lib", folder.parent / "lib" / "postgresql"]
    return any((place / "postgres_fdw.so").exists() for place in places)


@dataclass
class LocalServer:
    """One server: its data and its socket are under ``folder``, its own log in ``folder/log``."""

    binaries: Path
    folder: Path
    port: int
    user: str | None

    @property
    def url(self) -> str:
        """Where its database `suyuan` is."""
        return self.url_of("suyuan")

    def url_of(self, database: str) -> str:
        """Where a database of it is."""
        return f"postgresql://postgres@/{database}?host={self.folder}&port={self.port}"

    def create(self) -> None:
        """Make its data, start it, and make an empty database."""
        self._run("initdb", "-D", str(self.folder / "data"), "-A", "trust", "-U", "postgres", "-E", "utf8")
        settings = f"{SETTINGS}port = {self.port}\nunix_socket_directories = '{self.folder}'\n"
        with (self.folder / "data" / "postgresql.conf").open("a") as file:
            file.write(settings)
        self.start()
        self.administer("CREATE DATABASE suyuan")

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._run("pg_ctl", "-w", "-D", str(self.folder / "data"), "-l", str(self.folder / "log"), "start")

    def stop(self) -> None:
        """Stop it at once, if it runs."""
        self._run("pg_ctl", "-w", "-m", "immediate", "-D", str(self.folder / "data"), "stop", check=False)

    def kill(self) -> None:
        """End it as a power cut does: nothing is written any more, nobody is told."""
        lines = (self.folder / "data" / "postmaster.pid").read_text().splitlines()
        os.kill(int(lines[0]), signal.SIGQUIT)
        deadline = time.monotonic() + 30
        while (self.folder / "data" / "postmaster.pid").exists() and time.monotonic() < deadline:
            time.sleep(0.05)

    def administer(self, statement: str, database: str = "postgres") -> None:
        """Run one statement outside of a transaction."""
        with psycopg.connect(self.url_of(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def log(self) -> str:
        """Everything that it logged so far: all statements that it was sent."""
        return (self.folder / "log").read_text(errors="replace")

    def _run(self, program: str, *arguments: str, check: bool = True) -> None:
        command: Sequence[str | Path] = [self.binaries / program, *arguments]
        with (self.folder / "setup.log").open("a") as output:  # a pipe would be held open by the server
            subprocess.run(
                command, user=self.user, stdout=output, stderr=output, stdin=subprocess.DEVNULL, check=check, cwd="/"
            )


@contextmanager
def local_servers(count: int, given: str | None = None) -> Iterator[list[LocalServer]]:
    """Run ``count`` servers; they and their data are gone at the end. Raises NoServerFound."""
    binaries = find_binaries(given)
    folder = Path(tempfile.mkdtemp(prefix="suyuan-servers-"))
    user = _unprivileged_user()
    servers = []
    try:
        folder.chmod(0o755)
        for number in range(count):
            own = folder / f"server{number + 1}"
            own.mkdir()
            if user is not None:
                shutil.chown(own, user)
            servers.append(LocalServer(binaries, own, 5432 + number, user))
            servers[-1].create()
        yield servers
    finally:
        for server in servers:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged_user() -> str | None:
    """PostgreSQL does not run as root; there, somebody else must."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
