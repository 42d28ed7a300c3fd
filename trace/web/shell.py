"""What makes the pages an application on a phone: stylesheet and script by content, icons, manifest, service worker.

The service worker keeps this shell and never an answer: a recall of this minute must not hide behind a copy.
"""

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, make_response, render_template, request, url_for

from trace.kit.i18n import _, current_language
from trace.kit.web import json_response
from trace.web.icon import GROUND, write_icon_png, write_icon_svg

STATIC = Path(__file__).with_name("static")

ICONS = {"180": (180, True), "192": (192, False), "512": (512, False), "maskable": (512, True)}
"""Name of a PNG: its pixels each way, and whether its corners are covered. 180 is cut to shape by iOS."""

DAY = "public, max-age=86400"
FOR_GOOD = "public, max-age=31536000, immutable"

shell = Blueprint("shell", __name__)


@cache
def fingerprint(name: str) -> str:
    """Ten hexadecimal digits that stand for the content of a file of `static/`; raises FileNotFoundError."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]


def asset(name: str) -> str:
    """The address of a file of `static/`, another one whenever its content is another."""
    return url_for("check.static", filename=name, v=fingerprint(name))


def keep_assets(response: Response) -> Response:
    """What was asked for by its fingerprint never changes; by name alone it is asked for again each time."""
    name = (request.view_args or {}).get("filename", "")
    if response.status_code == 200 and request.endpoint == "check.static" and request.args.get("v"):
        response.headers["Cache-Control"] = FOR_GOOD if request.args["v"] == fingerprint(name) else "no-cache"
    return response


@shell.get("/icon.svg")
def icon() -> Response:
    """The mark, as browsers show it beside the title."""
    return Response(write_icon_svg(), content_type="image/svg+xml", headers={"Cache-Control": DAY})


@shell.get("/icon-<any('180', '192', '512', 'maskable'):name>.png")
def icon_picture(name: str) -> Response:
    """The mark in pixels, for launchers and for links that are passed on."""
    return Response(write_icon_png(*ICONS[name]), content_type="image/png", headers={"Cache-Control": DAY})


@shell.get("/manifest.webmanifest")
def manifest() -> Response:
    """Name, icons and start page of the installed application, in the language of the request."""
    icons = [{"src": url_for("shell.icon"), "sizes": "any", "type": "image/svg+xml"}]
    for name, purpose in (("192", "any"), ("512", "any"), ("maskable", "maskable")):
        size = f"{ICONS[name][0]}x{ICONS[name][0]}"
        source = url_for("shell.icon_picture", name=name)
        icons.append({"src": source, "sizes": size, "type": "image/png", "purpose": purpose})
    answer = json_response(
        {
            "id": f"{request.script_root}/",
            "name": _("Suyuan"),
            "short_name": _("Suyuan"),
            "description": _("Was the product in your hands recalled?"),
            "lang": "zh-CN" if current_language() == "zh" else "en",
            "start_url": f"{request.script_root}/",
            "scope": f"{request.script_root}/",
            "display": "standalone",
            "background_color": "#ffffff",
            "theme_color": GROUND,
            "icons": icons,
        }
    )
    answer.content_type = "application/manifest+json"
    answer.headers["Cache-Control"] = DAY
    answer.vary.update(("Accept-Language", "Cookie"))
    return answer


@shell.get("/offline")
def offline() -> Response:
    """What the service worker shows where no page can be reached: that nothing can be said now."""
    answer = make_response(render_template("offline.html"))
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@shell.get("/sw.js")
def service_worker() -> Response:
    """The service worker; another one whenever the shell or the language is, so that browsers fetch both anew."""
    kept = [asset("public.css"), asset("scan.js"), url_for("shell.icon"), url_for("shell.offline")]
    content = "\n".join([*kept, render_template("offline.html"), write_icon_svg()])
    version = hashlib.sha256(content.encode()).hexdigest()[:10]
    script = render_template("sw.js", kept=kept, version=version, offline=url_for("shell.offline"))
    answer = Response(script, content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    answer.vary.update(("Accept-Language", "Cookie"))
    return answer


def register(app: Flask) -> None:
    """Serve the shell, and give templates `asset`."""
    app.jinja_env.globals["asset"] = asset
    app.register_blueprint(shell)
