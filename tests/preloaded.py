"""Every module of the service, for processes that are forked from the one that read this (`tests.processes`)."""

from importlib import import_module

import gunicorn.app.wsgiapp
import gunicorn.workers.gthread

import wsgi

for name in wsgi.PARTS:
    import_module(name)

__all__ = ["gunicorn", "wsgi"]
