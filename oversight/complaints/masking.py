"""What may be shown of somebody to who does not handle his matter, and texts that seem to name somebody. Pure."""

import re

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_DAY = r"(?<!\d)(?:19|20)\d\d[-/.年]?(?:1[0-2]|0?[1-9])[-/.月]?(?:3[01]|[12]\d|0?[1-9])日?(?!\d)"
# a telephone or identity number, as people write it: seven digits and more, of whatever script
_NUMBER = re.compile(rf"(?P<day>{_DAY})|(?<![A-Za-z\d])\+?\d(?:[\s().\-－—]{{0,2}}\d){{6,18}}[Xx]?(?!\d)")


def mask_name(name: str) -> str:
    """Return the first character of a name.

    >>> mask_name("王小明"), mask_name("Ann Lee")
    ('王**', 'A**')
    """
    return f"{name.strip()[:1]}**"


def mask_phone(phone: str) -> str:
    """Return the last two digits of a telephone number.

    >>> mask_phone("138 0013 8000")
    '*********00'
    """
    digits = [one for one in phone if one.isdigit()]
    return "*" * max(len(digits) - 2, 3) + "".join(digits[-2:] if len(digits) > 6 else [])


def mask_email(email: str) -> str:
    """Return the last part of an address's host.

    >>> mask_email("ann.lee@mail.example")
    '**@**.example'
    """
    return "**@**." + email.rpartition(".")[2] if "." in email.partition("@")[2] else "**@**"


def mask_address(address: str) -> str:
    """Return the first six characters: about the city.

    >>> mask_address("南京市鼓楼区示范路1号")
    '南京市鼓楼区**'
    """
    return address.strip()[:6] + "**"


def mask_words(text: str) -> str:
    """Return a text without telephone and identity numbers and mail addresses.

    >>> mask_words("打 13800138000 或写 a@b.example")
    '打 ** 或写 **'
    """
    return _NUMBER.sub(lambda found: found["day"] or "**", _EMAIL.sub("**", text))


def find_contact(text: str) -> str | None:
    """Return the first telephone or identity number or mail address in a text; None where there is none."""
    numbers = (one for one in _NUMBER.finditer(text) if one["day"] is None)
    found = _EMAIL.search(text) or next(numbers, None)
    return None if found is None else found.group()
