"""The words of the Core Business Vocabulary 2.0, in whatever spelling they come (CBV 2.0 §7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

WEB_NAMESPACE = "https://ref.gs1.org/cbv/"
WEB_VOCABULARY = "https://gs1.org/voc/"
_GS1_NAMESPACES = (
    "urn:epcglobal:cbv:",
    WEB_NAMESPACE,
    "http://ref.gs1.org/cbv/",
    "https://ns.gs1.org/cbv/",
    "http://ns.gs1.org/cbv/",
    "cbv:",
)
_OTHER_WEB_VOCABULARIES = ("http://gs1.org/voc/", "https://www.gs1.org/voc/", "http://www.gs1.org/voc/", "gs1:")


class UnknownWord(ValueError):
    """A bare word, or a URI in GS1's own namespace, that CBV 2.0 does not define."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One list of words: `spellings` maps every way to write a word to the bare word, `web_uris` to its URI.

    `urns` maps a bare word to its URN; words of the GS1 Web Vocabulary have none, but a compact URI.
    """

    name: str
    words: frozenset[str]
    spellings: Mapping[str, str]
    web_uris: Mapping[str, str]
    urns: Mapping[str, str]


def _vocabulary(name: str, urn_prefix: str, web_kind: str, words: str) -> Vocabulary:
    # 'Bizstep-' was the spelling of drafts, and is still met in documents.
    kinds = {web_kind, web_kind.capitalize()}
    prefixes = [urn_prefix, *(namespace + kind for namespace in _GS1_NAMESPACES[1:] for kind in kinds)]
    return _spelled(name, words, prefixes, WEB_NAMESPACE + web_kind, urn_prefix)


def _web_vocabulary(name: str, words: str) -> Vocabulary:
    """Words of the GS1 Web Vocabulary; drafts had their kind in the URI."""
    kinds = ("", "MeasurementType-", "SensorAlertType-")
    prefixes = [namespace + kind for namespace in (WEB_VOCABULARY, *_OTHER_WEB_VOCABULARIES) for kind in kinds]
    return _spelled(name, words, prefixes, WEB_VOCABULARY, "gs1:")


def _spelled(name: str, words: str, prefixes: Iterable[str], web_prefix: str, urn_prefix: str) -> Vocabulary:
    bare = frozenset(words.split())
    spellings = {prefix + word: word for prefix in ("", *prefixes) for word in bare}
    uris = {spelling: web_prefix + word for spelling, word in spellings.items()}
    urns = {word: urn_prefix + word for word in bare}
    return Vocabulary(name, bare, MappingProxyType(spellings), MappingProxyType(uris), MappingProxyType(urns))


# CBV 2.0 §7.1
BIZ_STEPS = _vocabulary(
    "business step",
    "urn:epcglobal:cbv:bizstep:",
    "BizStep-",
    """accepting arriving assembling collecting commissioning consigning creating_class_instance
    cycle_counting decommissioning departing destroying disassembling dispensing encoding
    entering_exiting holding inspecting installing killing loading other packing picking receiving
    removing repackaging repairing replacing reserving retail_selling sampling sensor_reporting shipping
    staging_outbound stock_taking stocking storing transporting unloading unpacking void_shipping""",
)
# CBV 2.0 §7.2
DISPOSITIONS = _vocabulary(
    "disposition",
    "urn:epcglobal:cbv:disp:",
    "Disp-",
    """active available completeness_inferred completeness_verified conformant container_closed container_open
    damaged destroyed dispensed disposed encoded expired in_progress in_transit inactive mismatch_class
    mismatch_instance mismatch_quantity needs_replacement no_pedigree_match non_conformant non_sellable_other
    partially_dispensed recalled reserved retail_sold returned sellable_accessible sellable_not_accessible
    stolen unavailable unknown""",
)
# CBV 2.0 §7.3
TRANSACTION_TYPES = _vocabulary(
    "business transaction type",
    "urn:epcglobal:cbv:btt:",
    "BTT-",
    "bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt",
)
# CBV 2.0 §7.4
SOURCE_DESTINATION_TYPES = _vocabulary(
    "source or destination type", "urn:epcglobal:cbv:sdt:", "SDT-", "location owning_party possessing_party"
)
# CBV 2.0 §7.5
ERROR_REASONS = _vocabulary("error reason", "urn:epcglobal:cbv:er:", "ER-", "did_not_occur incorrect_data")
# CBV 2.0 §7.6 to §7.8, used in sensorReport; only components are words of CBV's own namespace.
COMPONENTS = _vocabulary(
    "sensor component",
    "urn:epcglobal:cbv:comp:",
    "Comp-",
    """altitude axial_distance azimuth easting elevation_angle height latitude longitude northing polar_angle
    spherical_radius x y z""",
)
MEASUREMENT_TYPES = _web_vocabulary(
    "measurement type",
    """AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Altitude AmountOfSubstance
    AmountOfSubstancePerUnitVolume Angle AngularAcceleration AngularMomentum AngularVelocity Area Capacitance
    Conductance Conductivity Count Density Dimensionless DoseEquivalent DoseEquivalentRate DynamicViscosity
    ElectricCharge ElectricCurrent ElectricCurrentDensity ElectricFieldStrength Energy Exposure Force Frequency
    Illuminance Inductance Irradiance KinematicViscosity Length LinearMomentum Luminance LuminousFlux
    LuminousIntensity MagneticFlux MagneticFluxDensity MagneticVectorPotential Mass MassConcentration MassFlowRate
    MassPerAreaTime MemoryCapacity MolalityOfSolute MolarEnergy MolarMass MolarVolume Power Pressure RadiantFlux
    RadiantIntensity Radioactivity RelativeHumidity Resistance Resistivity SolidAngle SpecificVolume Speed
    SurfaceDensity SurfaceTension Temperature Time Torque Voltage Volume VolumeFlowRate VolumeFraction
    VolumetricFlux Wavenumber""",
)
SENSOR_ALERT_TYPES = _web_vocabulary("sensor alert type", "ALARM_CONDITION ERROR_CONDITION")


def read_word(vocabulary: Vocabulary, text: str) -> str:
    """Return the bare word for any spelling of it; a URI of another vocabulary comes back as written.

    Raises UnknownWord for a bare word, or a word in GS1's namespace, that CBV 2.0 does not define: a mistyped
    'shiping' kept as some other vocabulary's word would hide a shipment from every trace.
    """
    word = vocabulary.spellings.get(text)
    if word is not None:
        return word
    if ":" not in text or text.startswith(_GS1_NAMESPACES):
        raise UnknownWord(f"Cannot read {text!r} as {vocabulary.name}: not a word of CBV 2.0.")
    return text


def web_uri(vocabulary: Vocabulary, text: str) -> str:
    """Return the word's GS1 web URI (CBV 2.0 §8.9 rules 14 to 16); what is not a CBV word as written."""
    return vocabulary.web_uris.get(text, text)
