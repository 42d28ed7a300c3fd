"""The columns of the sheet of the audit."""

from trace.audit_log import LINK, AuditRow
from trace.sheets import Column, Sheet

ROLES = {
    "company": ("企业", "company"),
    "regulator": ("监管部门", "regulator"),
    "admin": ("运营者", "operator"),
    "auditor": ("审计", "auditor"),
    LINK: ("答复链接", "answer link"),
}

SHEET: Sheet[AuditRow] = Sheet(
    "审计记录",
    "Audit",
    [
        Column("序号", "Number", lambda row, _: row["id"], 10),
        Column("时间", "Time", lambda row, _: row["at"], 28),
        Column("角色", "Role", lambda row, language: ROLES[row["role"]][0 if language == "zh" else 1], 12),
        Column("单位代码", "Party", lambda row, _: row["party"], 20),
        Column("单位名称", "Name of the party", lambda row, _: row["party_name"], 26),
        Column("密钥", "Key", lambda row, _: row["key"], 12),
        Column("密钥用途", "What the key is for", lambda row, _: row["name"], 20),
        Column("方法", "Method", lambda row, _: row["method"], 10),
        Column("路径", "Path", lambda row, _: row["path"], 44),
        Column("查询参数", "Query", lambda row, _: row["query"], 30),
        Column("案件或批次", "Case or batch", lambda row, _: row["subject"], 30),
        Column("目的", "Purpose", lambda row, _: row["purpose"], 40),
        Column("答复状态", "Status", lambda row, _: row["status"], 10),
    ],
)
