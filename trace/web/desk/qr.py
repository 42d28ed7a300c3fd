"""The QR Code by which a telephone takes over the secret of the second factor."""

import numpy as np
from markupsafe import Markup
from zxingcpp import BarcodeFormat, create_barcode


def draw_secret(text: str) -> Markup:
    """An SVG of a QR Code that says ``text``."""
    code = create_barcode(text, BarcodeFormat.QRCode)
    rows = np.asarray(code.to_image(scale=1, add_quiet_zones=True))
    height, width = rows.shape[0], rows.shape[1]
    dark = "".join(f"M{x} {y}h1v1h-1z" for y in range(height) for x in range(width) if rows[y, x] == 0)
    return Markup(
        '<svg class="secret" viewBox="0 0 {} {}" shape-rendering="crispEdges" aria-hidden="true">'
        '<rect width="100%" height="100%" fill="#ffffff"/><path d="{}" fill="#000000"/></svg>'
    ).format(width, height, dark)
