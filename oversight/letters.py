"""Who writes the mails of each kind of matters."""

from collections.abc import Mapping

from oversight.complaints import messages as complaints
from oversight.complaints.flows import FLOWS
from oversight.matters.messages import Writer, send_next
from oversight.sampling import messages as sampling
from oversight.sampling.flows import SAMPLE
from trace.kit.jobs import Work

WRITERS: Mapping[str, Writer] = {
    **dict.fromkeys(FLOWS, complaints.write_letter),
    SAMPLE.kind: sampling.write_letter,
}


def send_letters(work: Work) -> bool:
    """Send one mail that is due (a job of the worker)."""
    return send_next(work, WRITERS)
