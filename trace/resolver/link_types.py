"""Link types: GS1's own, schema.org's and those that IANA registered, each in one spelling.

GS1 Web vocabulary, link types; RFC 8288 §2.1 for registered relations.
"""

GS1 = "https://ref.gs1.org/voc/"
SCHEMA = "https://schema.org/"
NAMESPACES = {"gs1:": GS1, "schema:": SCHEMA}
"""The prefixes that are known here, as the description file declares them."""

_SPELLINGS = {
    "https://ref.gs1.org/voc/": "gs1:",
    "http://ref.gs1.org/voc/": "gs1:",
    "https://gs1.org/voc/": "gs1:",
    "http://gs1.org/voc/": "gs1:",
    "https://www.gs1.org/voc/": "gs1:",
    "http://www.gs1.org/voc/": "gs1:",
    "https://schema.org/": "schema:",
    "http://schema.org/": "schema:",
}

LINKSET = "linkset"
DEFAULT_LINK = "gs1:defaultLink"
DEFAULT_LINK_MULTI = "gs1:defaultLinkMulti"
RECALL_STATUS = "gs1:recallStatus"
PIP = "gs1:pip"

RESERVED = frozenset({LINKSET, DEFAULT_LINK, DEFAULT_LINK_MULTI, RECALL_STATUS, "gs1:handledBy"})
"""What the resolver itself says; nobody else sets links of these types."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_GS1_NAMES = _words("""
activityIdeas allergenInfo brandHomepageClinical brandHomepagePatient careersInfo certificationInfo
consumerHandlingStorageInfo disassemblyInfo dpp epcis epil eventsInfo faqs handlingEndOfLife hasRetailers homepage
ingredientsInfo instructions jws leaveReview locationInfo logisticsInfo masterData menuInfo nutritionalInfo
openingHoursInfo paymentLink pip productPassport productSustainabilityInfo promotion purchaseSuppliesOrAccessories
quickStartGuide recallStatus recipeInfo recyclingInfo registerProduct registryEntry relatedVideo repairInfo reuseInfo
review safetyInfo scheduleTime serviceInfo smartLabel smpc socialMedia sorting statisticInfo support sustainabilityInfo
traceability tutorial userAgreement verificationService whatsInTheBox
""")
_SCHEMA_NAMES = _words("contactPoint email image logo mainEntityOfPage sameAs subjectOf url video")
_IANA_NAMES = _words("""
about alternate author canonical describedby help icon license linkset privacy-policy related service-desc
""")

KNOWN = _IANA_NAMES | {f"gs1:{name}" for name in _GS1_NAMES} | {f"schema:{name}" for name in _SCHEMA_NAMES}
"""What a link that owners set may be, but for what is reserved."""

MEDIA_TYPES = _words("""
application/epub+zip application/json application/ld+json application/linkset+json application/pdf application/vc
application/vnd.openxmlformats-officedocument.spreadsheetml.sheet application/xml application/zip audio/mpeg
image/avif image/gif image/jpeg image/png image/svg+xml image/webp text/calendar text/csv text/html text/markdown
text/plain text/turtle text/vcard video/mp4 video/webm
""")
"""Media types that a link may name; each is in IANA's registry, as the standard demands (2.5.5)."""


def read_link_type(text: str) -> str:
    """The one spelling of a link type; a text that is none comes back as it is, and no link will have it.

    >>> read_link_type("https://gs1.org/voc/pip")
    'gs1:pip'
    >>> read_link_type("all")
    'linkset'
    """
    if text in ("all", LINKSET):  # `all` is how versions before 1.2 called it
        return LINKSET
    for namespace, prefix in _SPELLINGS.items():
        if text.startswith(namespace):
            return prefix + text.removeprefix(namespace)
    return text


def link_relation(link_type: str) -> str:
    """The relation as RFC 9264 and 8288 write it: an URI, or a registered name."""
    prefix, colon, name = link_type.partition(":")
    return NAMESPACES[prefix + colon] + name if prefix + colon in NAMESPACES else link_type
