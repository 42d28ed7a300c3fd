"""What the desk writes by mail, in both languages: nobody knows yet which one the reader speaks."""


def write_invitation(link: str) -> tuple[str, str]:
    """Subject and text of a mail with a link to choose a password."""
    subject = "溯源：设置您的登录密码 / Suyuan: choose your password"
    body = (
        "您好：\n\n请打开下面的链接，设置登录密码。链接只能使用一次，请勿转发。\n\n"
        f"{link}\n\n"
        "如果您没有等待这封邮件，请不必理会，账户不会有任何变化。\n\n"
        "--\n\nOpen this link to choose your password. It works once; do not pass it on.\n\n"
        f"{link}\n\n"
        "If you did not expect this mail, ignore it: nothing changes.\n"
    )
    return subject, body
