"""What an EPCIS repository answers beside events, in XML: jobs, problems, collections and the like (EPCIS 2.0 §12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from trace.epcis.xml_names import xml_text
from trace.epcis.xml_writer import EPCIS_NAMESPACE
from trace.kit import strict_json

_EPCIS = f"{{{EPCIS_NAMESPACE}}}"
_JOB_TEXTS = ("captureErrorBehaviour", "createdAt", "finishedAt")
_PROBLEM_TEXTS = ("type", "title", "status", "detail", "instance")


def collection_xml(members: Sequence[str]) -> bytes:
    """Write a collection of resources. The XSD has none: it is the JSON object's `member`, one element each."""
    return object_xml("Collection", {"member": members})


def object_xml(name: str, members: Mapping[str, Any]) -> bytes:
    """Write an object of which neither an XSD nor an example exists as one element.

    Each member is a child without a namespace, a list one child for each of its values.
    """
    root = _root(name)
    _append(root, members)
    return _bytes(root)


def capture_job_xml(job: Mapping[str, Any]) -> bytes:
    """Write a capture job, given as the JSON object of the REST binding, as `EPCISCaptureJob` of the XSD."""
    root = _root("EPCISCaptureJob")
    for name in ("running", "success"):
        root.set(name, "true" if job[name] else "false")
    root.set("captureID", xml_text(str(job["captureID"])))
    _texts(root, job, _JOB_TEXTS)
    if job.get("errors"):
        errors = etree.SubElement(root, "errors")
        for problem in job["errors"]:
            _texts(etree.SubElement(errors, "error"), problem, _PROBLEM_TEXTS)
    return _bytes(root)


def problem_xml(problem: Mapping[str, Any]) -> bytes:
    """Write an RFC 9457 problem, given as its JSON object, as `EPCISException` of the XSD; its extensions stay out."""
    root = _root("EPCISException")
    _texts(root, problem, _PROBLEM_TEXTS)
    return _bytes(root)


def _root(name: str) -> etree._Element:
    return etree.Element(_EPCIS + name, nsmap={"epcis": EPCIS_NAMESPACE})


def _texts(parent: etree._Element, values: Mapping[str, Any], names: Sequence[str]) -> None:
    for name in names:
        if values.get(name) is not None:
            etree.SubElement(parent, name).text = xml_text(str(values[name]))


def _append(element: etree._Element, members: Mapping[str, Any]) -> None:
    """Add the members of an object as children; null is left out, as is `@context`, for which XML has no use."""
    for name, value in members.items():
        if name.startswith("@"):
            continue
        for one in value if isinstance(value, list | tuple) else [value]:
            if one is None:
                continue
            child = etree.SubElement(element, name)
            if isinstance(one, Mapping):
                _append(child, one)
            else:
                child.text = xml_text(one if isinstance(one, str) else strict_json.dumps(one).decode())


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
