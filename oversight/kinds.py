"""All kinds of matters that there are, by their names."""

from collections.abc import Mapping

from oversight.blacklist.listings import LISTINGS
from oversight.complaints.kinds import COMPLAINTS
from oversight.credit.repair import REPAIRS
from oversight.incidents.incidents import INCIDENTS
from oversight.matters.kinds import Kind
from oversight.publications.drafts import PUBLICATIONS
from oversight.sampling.plans import PLANS
from oversight.sampling.samples import SAMPLES
from oversight.warnings.signals import SIGNALS
from oversight.withdrawals.orders import WITHDRAWALS

_ALL: tuple[Kind, ...] = (*COMPLAINTS, INCIDENTS, LISTINGS, PLANS, PUBLICATIONS, REPAIRS, SAMPLES, SIGNALS, WITHDRAWALS)

KINDS: Mapping[str, Kind] = {kind.flow.kind: kind for kind in _ALL}
