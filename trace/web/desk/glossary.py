"""`/desk/glossary`: what the words of the service mean, in both languages."""

from dataclasses import dataclass

from trace.kit.desk import EVERYBODY, DeskCall, show
from trace.kit.transactions import Answer
from trace.web.desk.desk import desk


@dataclass(frozen=True, slots=True)
class Term:
    """A word; ``key`` is its anchor on the page."""

    key: str
    zh: str
    en: str
    means_zh: str
    means_en: str


TERMS = (
    Term(
        "batch",
        "批次",
        "Batch, lot",
        "在同样条件下一次生产出来的产品，用商品条码加批号表示。召回时以批次为单位。",
        "Goods made together under the same conditions, named by commodity code and lot. Recalls go by batches.",
    ),
    Term(
        "item-code",
        "物品编码",
        "Item code",
        "产品、批次、单件、物流单元和地点的编号。同一编号在各企业的记录中指同一物品，追溯由此把记录连起来。",
        "The numbers of products, batches, pieces, logistic units and places. One number means one thing in every "
        "firm's records: that is how tracing joins them.",
    ),
    Term(
        "gtin",
        "商品条码（GTIN）",
        "Commodity code (GTIN)",
        "产品的编号，包装条码下面的 8、12、13 或 14 位数字，全球唯一。",
        "The number of a product: the 8, 12, 13 or 14 digits under its bar code, unique in the world.",
    ),
    Term(
        "serial",
        "序列号",
        "Serial",
        "同一产品中每一件各有的编号，最多 20 个字符。",
        "A number of its own for each piece of a product, up to 20 characters.",
    ),
    Term(
        "gln",
        "全球位置码（GLN）",
        "Place number (GLN)",
        "工厂、仓库、门店或企业的编号，13 位数字。",
        "The number of a plant, warehouse, outlet or firm: 13 digits.",
    ),
    Term(
        "sscc",
        "物流单元码（SSCC）",
        "Logistic unit number (SSCC)",
        "一个托盘或运输箱的编号，18 位数字。扫一次就知道里面有哪些批次。",
        "The number of one pallet or transport case: 18 digits. One scan tells which batches are in it.",
    ),
    Term(
        "uscc",
        "统一社会信用代码",
        "Social credit code (USCC)",
        "企业的 18 位登记代码。",
        "The 18 characters under which a firm is registered in China.",
    ),
    Term(
        "event",
        "事件",
        "Event",
        "对货物做了什么、在何时何地、数量多少的一条记录：生产、包装、发货、收货、销售等。记录只增不改，写错时另报更正。",
        "A record of what was done to goods, when, where and how many: made, packed, shipped, received, sold. Records "
        "are added and never changed; a mistake is corrected by a further one.",
    ),
    Term(
        "trace",
        "追溯",
        "Tracing",
        "沿着记录找出一个批次去了哪里（向下），或者是由什么制成、从哪里来（向上）。",
        "Following the records to where a batch went (forward), or to what it was made from and where that came from "
        "(backward).",
    ),
    Term(
        "one-up-one-down",
        "上一环节、下一环节",
        "One up, one down",
        "企业看得到自己的记录，以及直接供货方和直接客户在其中的部分；再往外的环节只有监管部门看得到。",
        "A firm sees its own records and its direct suppliers' and customers' part in them. What lies beyond only "
        "regulators see.",
    ),
    Term(
        "balance",
        "平衡",
        "Balance",
        "生产的数量等于在库、在途、已售、已用、已销毁、损失与去向不明之和。",
        "What was made is the sum of what is on hand, on the way, sold, used up, destroyed, lost and unaccounted for.",
    ),
    Term(
        "lower-bound",
        "下限",
        "Lower bound",
        "有的数量没有记录，实际数量不会比所示数字少，可能更多。",
        "Some quantity is not recorded: there are at least as many as the figure says, and may be more.",
    ),
    Term(
        "finding",
        "异常",
        "Finding",
        "记录之间对不上的地方，例如发出的比收到的多、盘点与账面不符。可以补报更正，也可以写明原因；说明不改变任何数字。",
        "A place where records do not fit: more left than came, a count differs. It is corrected by a further report "
        "or explained; an explanation changes no figure.",
    ),
    Term(
        "genealogy",
        "制成关系",
        "Made from, made into",
        "哪些批次用来生产了哪些批次。原料有问题时，由它制成的批次也在召回范围内。",
        "Which batches went into which. Where an ingredient is bad, what was made from it is in scope too.",
    ),
    Term(
        "stop-sale",
        "停止销售",
        "Stop-sale",
        "先停止发货和销售、等待结论。货物留在原处，单独存放。",
        "Shipping and selling stop until it is known more. The goods stay where they are, set apart.",
    ),
    Term(
        "recall",
        "召回",
        "Recall",
        "把有问题的批次从各环节和消费者手中收回，并告知公众。",
        "Bad batches are taken back from every tier and from consumers, and the public is told.",
    ),
    Term(
        "recall-class",
        "召回级别",
        "Class of a recall",
        "一级：可能造成严重伤害或死亡；二级：可能造成暂时或可恢复的伤害；三级：一般不会造成伤害。级别越高，时限越短。",
        "Class 1: serious harm or death is possible; class 2: passing harm; class 3: harm is unlikely. The graver, the "
        "shorter the time limits.",
    ),
    Term(
        "drill",
        "召回演练",
        "Recall drill",
        "用真实记录练一遍召回，不通知任何人，得出用时和找到的比例。",
        "A recall practised on the real records, without telling anybody: it shows how long it takes and how much is "
        "found.",
    ),
)


@desk.page("/glossary", roles=EVERYBODY)
def glossary_page(call: DeskCall) -> Answer:
    """The words of the service."""
    return show("desk/glossary.html", terms=TERMS)
