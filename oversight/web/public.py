"""The public pages of market regulation; they declare themselves on this blueprint."""

from flask import Blueprint

pages = Blueprint("oversight", __name__, template_folder="templates")
