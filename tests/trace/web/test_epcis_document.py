"""The page for integrators does what it says: its commands are run."""

import re
import shlex
from collections.abc import Iterator

from flask import Flask

from tests.trace.web.api_client import Api
from tests.trace.web.firms import party_number
from trace.kit.config import ROOT

PAGE = ROOT / "docs" / "epcis.md"
FIRM = "9520000000011"


def commands(page: str) -> Iterator[tuple[list[str], int]]:
    """Each curl command as its words, with the status that the line behind it says."""
    for block in re.findall(r"```sh\n(.*?)```", page, re.DOTALL):
        for command, status in re.findall(r"^(curl .*?)\n# (\d{3})$", block, re.DOTALL | re.MULTILINE):
            yield shlex.split(command.replace("\\\n", " ")), int(status)


def test_the_commands_of_the_page_are_answered_as_it_says(app: Flask) -> None:
    Api.admin(app).post("/api/v1/parties", {"gln": FIRM, "name": "晨露乳业"})
    api = Api.issue(app, "company", party_number(app, FIRM))
    found = list(commands(PAGE.read_text("utf-8")))
    assert len(found) == PAGE.read_text("utf-8").count("\ncurl ")
    for (_, *words), status in found:
        (target,) = [word for word in words if word.startswith("$SUYUAN")]
        headers = [words[place + 1] for place, word in enumerate(words) if word == "-H"]
        sent = {name.replace("-", "_"): value for name, value in (one.split(": ", 1) for one in headers if ": " in one)}
        body = words[words.index("-d") + 1].encode() if "-d" in words else None
        method = "GET" if body is None else "POST"
        answer = api.send(method, target.removeprefix("$SUYUAN"), body, **sent)
        assert answer.status_code == status, (target, answer.text)
        if status in (201, 202):
            assert answer.json is not None
            assert not answer.json.get("errors"), answer.json
        elif status == 200 and answer.is_json and answer.json["type"] == "EPCISQueryDocument":
            assert answer.json["epcisBody"]["queryResults"]["resultsBody"]["eventList"], target
