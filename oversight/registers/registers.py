"""Which registers there are: what is said in each, how an entry is known, and the fields of its form and sheet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeVar

from oversight.registers.bodies import (
    CategoryIn,
    CertificateIn,
    LaboratoryIn,
    LicenceIn,
    StandardIn,
    StandingIn,
)
from oversight.registers.validity import state_on
from oversight.registers.written import SCOPE, SUSPENSION
from trace.field_words import Language
from trace.kit.fields import InputModel

RegisterWord = Literal["standing", "categories", "licences", "certificates", "laboratories", "standards"]

FieldType = Literal["text", "number", "code", "day", "words", "lines", "choice", "yes"]
"""A spreadsheet may spoil a ``number`` (of any signs) and a ``code`` (of digits, with or without blanks); ``words`` are
several in one; ``lines`` see `written`.
"""

Body = TypeVar("Body", bound=InputModel)

Choices = Sequence[tuple[str, str, str]]
"""The value of each choice, and its words in Chinese and English."""

STANDINGS: Choices = (
    ("active", "存续", "active"),
    ("suspended", "停业整顿", "suspended"),
    ("revoked", "吊销", "revoked"),
    ("cancelled", "注销", "cancelled"),
)
STATUSES: Choices = (
    ("upcoming", "即将实施", "not in force yet"),
    ("in_force", "现行", "in force"),
    ("replaced", "被代替", "replaced"),
    ("withdrawn", "废止", "withdrawn"),
)
VALIDITY: Choices = (
    ("valid", "有效", "valid"),
    ("pending", "尚未生效", "not valid yet"),
    ("expired", "已过期", "expired"),
    ("suspended", "暂停", "suspended"),
    ("revoked", "已撤销", "withdrawn by the authority"),
)
NEEDED: Choices = (("needed", "需要许可", "licence needed"), ("not_needed", "不需要许可", "no licence needed"))


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its name in the body, its words, how it is written; ``parts`` are those of one of its ``lines``."""

    name: str
    zh: str
    en: str
    type: FieldType = "text"
    required: bool = False
    choices: Choices = ()
    parts: tuple[str, ...] = ()
    hint_zh: str = ""
    hint_en: str = ""

    def label(self, language: Language) -> str:
        """What it is called."""
        return self.zh if language == "zh" else self.en

    def hint(self, language: Language) -> str:
        """What belongs in it."""
        return self.hint_zh if language == "zh" else self.hint_en


@dataclass(frozen=True, slots=True)
class Register:
    """A register. ``key`` are the fields by which an entry is known, ``titled`` the one that it is called by.

    ``state`` says how an entry stands on a day by what was said of it, the oldest first. ``states`` are its words.
    An entry of one that ``repeats`` is a row of decisions, so a sheet may name it in several rows.
    """

    word: RegisterWord
    zh: str
    en: str
    lead_zh: str
    lead_en: str
    model: type[InputModel]
    key: tuple[str, ...]
    titled: str | None
    fields: tuple[Field, ...]
    state: Callable[[Sequence[Any], date], str]
    states: Choices
    repeats: bool = False

    @property
    def has_validity(self) -> bool:
        """Whether its entries are valid on some days and not on others."""
        return self.state is _validity

    def title(self, language: Language) -> str:
        """What it is called."""
        return self.zh if language == "zh" else self.en

    def lead(self, language: Language) -> str:
        """What it is for."""
        return self.lead_zh if language == "zh" else self.lead_en

    def key_of(self, body: InputModel) -> str:
        """By what an entry is known."""
        return " ".join(str(getattr(body, name)) for name in self.key)

    def state_words(self, language: Language) -> Mapping[str, str]:
        """The words of its states."""
        return {value: zh if language == "zh" else en for value, zh, en in self.states}


def standing_among(said: Sequence[StandingIn], on: date) -> StandingIn | None:
    """Return the decision that counts on a day: the latest that had begun; of one day the one entered last."""
    begun = [(one.since, at, one) for at, one in enumerate(said) if one.since <= on]
    return max(begun, key=lambda one: one[:2])[2] if begun else None


def _standing(said: Sequence[StandingIn], on: date) -> str:
    found = standing_among(said, on)
    return "active" if found is None else found.state


def _validity(said: Sequence[Any], on: date) -> str:
    return state_on(said[-1].validity, on)


def _needed(said: Sequence[CategoryIn], on: date) -> str:
    last = said[-1]
    return "needed" if last.needed_from <= on and (last.needed_to is None or on <= last.needed_to) else "not_needed"


def _status(said: Sequence[StandardIn], _on: date) -> str:
    return said[-1].status


_PARTY = Field(
    *("party", "企业", "Firm", "code", True),
    hint_zh="统一社会信用代码或 GLN，须已登记。",
    hint_en="USCC or GLN of a registered firm.",
)
_VALID = (
    Field("valid_from", "有效期自", "Valid from", "day", True),
    Field("valid_to", "有效期至", "Valid to", "day", hint_zh="长期有效则留空。", hint_en="Empty: without end."),
    Field(
        *("suspensions", "暂停", "Suspended", "lines"),
        parts=SUSPENSION,
        hint_zh="每行一次：起始日 | 截止日 | 理由；尚未恢复的截止日留空。",
        hint_en="One a line: from | to | ground. The second part stays empty until it is lifted.",
    ),
    Field("revoked_on", "撤销日期", "Withdrawn by the authority on", "day"),
)
_ISSUER = Field("issuer", "发证机关", "Issued by")

_ALL = (
    Register(
        *("standing", "主体状态", "Standing of firms"),
        "企业是否存续、停业整顿、吊销或注销，自何日起，依据什么决定。",
        "Whether a firm is active, suspended, revoked or cancelled: from which day on, by which decision.",
        *(StandingIn, ("party",), None),
        (
            _PARTY,
            Field("state", "状态", "State", "choice", True, STANDINGS),
            Field("since", "自何日起", "From", "day", True),
            Field("ground", "理由", "Ground", required=True),
            Field("decision", "决定书文号", "Decision number"),
        ),
        *(_standing, STANDINGS),
        repeats=True,
    ),
    Register(
        *("categories", "许可类别", "Licensed categories"),
        "哪些产品须取得生产许可：按产品分类代码的前缀判定。",
        "Which products need a licence to be made, by the beginning of their class in a classification.",
        *(CategoryIn, ("word",), "name"),
        (
            Field(
                *("word", "代号", "Word", "text", True),
                hint_zh="小写字母，如 dairy。",
                hint_en="Small letters, such as dairy.",
            ),
            Field("name", "名称", "Name", required=True),
            Field("name_en", "英文名称", "English name", required=True),
            Field("scheme", "分类体系", "Classification", required=True, hint_zh="如 GPC。", hint_en="Such as GPC."),
            Field("prefix", "代码前缀", "Codes begin with", "number", True),
            Field("needed_from", "自何日起须许可", "Needed from", "day", True),
            Field("needed_to", "至何日止", "Needed to", "day"),
            Field("source", "依据", "Source", required=True),
        ),
        *(_needed, NEEDED),
    ),
    Register(
        *("licences", "生产许可", "Production licences"),
        "谁可以生产哪些类别的产品，何时有效、暂停或撤销。",
        "Who may make products of which categories, and when a licence is valid, suspended or withdrawn.",
        *(LicenceIn, ("number",), None),
        (
            Field("number", "许可证编号", "Licence number", "number", True),
            _PARTY,
            Field(
                *("categories", "类别", "Categories", "words", True),
                hint_zh="许可类别的代号，用逗号分开。",
                hint_en="Words of licensed categories, commas between them.",
            ),
            *_VALID,
            _ISSUER,
        ),
        *(_validity, VALIDITY),
    ),
    Register(
        *("certificates", "认证证书", "Certificates"),
        "强制性和自愿性认证：谁的，哪个产品，何时有效。",
        "Compulsory and voluntary certificates: whose, for which product, valid when.",
        *(CertificateIn, ("scheme", "number"), None),
        (
            Field("scheme", "认证种类", "Scheme", required=True, hint_zh="如 CCC。", hint_en="Such as CCC."),
            Field("number", "证书编号", "Certificate number", "number", True),
            Field("compulsory", "强制性认证", "Compulsory", "yes"),
            _PARTY,
            Field(
                *("product", "产品条码", "Product", "code"),
                hint_zh="GTIN；针对企业的证书留空。",
                hint_en="GTIN; empty for a certificate of the firm.",
            ),
            *_VALID,
            _ISSUER,
        ),
        *(_validity, VALIDITY),
    ),
    Register(
        *("laboratories", "检验机构", "Testing laboratories"),
        "获得资质的检验机构及其在何时可检哪些项目。",
        "Accredited laboratories, and which items each may test by which method, when.",
        *(LaboratoryIn, ("number",), "name"),
        (
            Field("number", "资质证书编号", "Accreditation number", "number", True),
            Field("name", "名称", "Name", required=True),
            Field("name_en", "英文名称", "English name"),
            *_VALID,
            Field(
                *("scope", "检验能力", "Scope", "lines"),
                parts=SCOPE,
                hint_zh="每行一项：项目 | 方法 | 起始日 | 截止日；两个日期可留空。",
                hint_en="One a line: item | method | from | to. The days may be left out.",
            ),
        ),
        *(_validity, VALIDITY),
    ),
    Register(
        *("standards", "标准", "Standards"),
        "产品和检验所依据的标准，现行与否，由什么代替。",
        "The standards by which products are made and tested: whether in force, and what replaces them.",
        *(StandardIn, ("number",), "title"),
        (
            Field("number", "标准编号", "Standard number", "number", True),
            Field("title", "标准名称", "Title", required=True),
            Field("title_en", "英文名称", "English title"),
            Field("status", "状态", "State", "choice", True, STATUSES),
            Field("issued_on", "发布日期", "Issued on", "day"),
            Field("in_force_on", "实施日期", "In force on", "day"),
            Field("ended_on", "废止日期", "Ended on", "day"),
            Field("replaced_by", "被何标准代替", "Replaced by", "number"),
        ),
        *(_status, STATUSES),
    ),
)

REGISTERS: Mapping[str, Register] = {one.word: one for one in _ALL}
