"""Words of the pages that the journeys look for, in both languages."""

SAID = {
    "zh": {
        "recalled": "正在召回",
        "in it": "在本次召回范围内",
        "stop_sale": "停止销售",
        "lot_needed": "批号",
        "no_recall_known": "没有召回记录",
        "product_not_registered": "没有这种产品的登记",
        "nothing known": "没有这个编码的任何记录",
        "batch_not_registered": "没有这个批号的登记",
        "unreadable": "无法识别",
        "what to do": "现在怎么做",
        "no proof": "不",
        "offline": "没有网络",
        "no all-clear": "这不代表没有召回",
        "product": "原味酸奶",
        "recall": "原味酸奶召回",
        "lot position": "瓶盖边缘",
    },
    "en": {
        "recalled": "Recalled",
        "in it": "In this recall",
        "stop_sale": "Sales stopped",
        "lot_needed": "lot number",
        "no_recall_known": "No recall is known",
        "product_not_registered": "Nothing is known of this product",
        "nothing known": "Nothing is known of this code",
        "batch_not_registered": "Nothing is known of this lot",
        "unreadable": "cannot be read",
        "what to do": "What to do now",
        "no proof": "neither",
        "offline": "no network",
        "no all-clear": "does not mean that there is no recall",
        "product": "Plain yogurt",
        "recall": "Plain yogurt recall",
        "lot position": "rim of the lid",
    },
}
SAFE_WORDS = {"zh": ("安全的", "放心", "可以食用"), "en": ("safe to use", "all clear", "nothing to worry")}
"""Words that no answer may use: records prove no goods safe."""
