"""What people call a browser, from what it says of itself."""

_BROWSERS = (
    *(("MicroMessenger/", "WeChat"), ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox")),
    *(("Chrome/", "Chrome"), ("CriOS/", "Chrome"), ("Safari/", "Safari")),
)
"""Special ones first: most say that they are Chrome and Safari too."""

_SYSTEMS = (
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("HarmonyOS", "HarmonyOS")),
    *(("Windows", "Windows"), ("Macintosh", "Mac"), ("Linux", "Linux")),
)


def name_browser(agent: str) -> str:
    """Return browser and system, such as `Chrome, Windows`; of one that is not known, what it says of itself."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), None)
    if browser is None:
        return agent[:40]
    system = next((name for sign, name in _SYSTEMS if sign in agent), None)
    return browser if system is None else f"{browser}, {system}"
