"""How the window looks with other colour vision, and how far apart the colours of the tiers stay.

``python docs/figures/color_vision.py`` prints the table of docs/accessibility.md and writes its pictures.

Colour vision is simulated as in Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color
Vision Deficiency", IEEE Transactions on Visualization and Computer Graphics 15(6), 2009: their matrices for severity
1.0, on linear RGB. Differences are CIEDE2000 (Sharma, Wu and Dalal, Color Research and Application 30(1), 2005).
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt

Colors = npt.NDArray[np.float64]

MATRICES: dict[str, Colors] = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
    "greyscale": np.tile([0.2126, 0.7152, 0.0722], (3, 1)),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.9505, 1.0, 1.0890])
TIERS = ("client", "edge", "cloud", "failure")
IMAGES = Path(__file__).parents[1] / "images"


def to_linear(srgb: Colors) -> Colors:
    """Return linear RGB of sRGB, both in [0, 1]."""
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def to_srgb(linear: Colors) -> Colors:
    """Return sRGB of linear RGB, both in [0, 1]; what lies outside is cut off."""
    linear = np.clip(linear, 0.0, 1.0)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def simulated(srgb: Colors, vision: str) -> Colors:
    """Return colours, shape (..., 3) in [0, 1], as somebody with a colour vision of `MATRICES` sees them."""
    return to_srgb(to_linear(srgb) @ MATRICES[vision].T)


def to_lab(srgb: Colors) -> Colors:
    """Return CIELAB (D65) of sRGB in [0, 1]."""
    ratio = to_linear(srgb) @ TO_XYZ.T / WHITE
    root = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = np.moveaxis(root, -1, 0)
    return np.stack((116 * y - 16, 500 * (x - y), 200 * (y - z)), axis=-1)


def ciede2000(one: Colors, other: Colors) -> float:
    """Return the CIEDE2000 difference of two colours in CIELAB."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    chroma = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    stretch = 1 + 0.5 * (1 - np.sqrt(chroma**7 / (chroma**7 + 25.0**7)))
    c1, c2 = np.hypot(a1 * stretch, b1), np.hypot(a2 * stretch, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a * stretch)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn) / 2)
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    mean_h = (h1 + turn / 2) % 360 if c1 * c2 else h1 + h2
    t = (
        1
        - 0.17 * np.cos(np.radians(mean_h - 30))
        + 0.24 * np.cos(np.radians(2 * mean_h))
        + 0.32 * np.cos(np.radians(3 * mean_h + 6))
        - 0.20 * np.cos(np.radians(4 * mean_h - 63))
    )
    weight_l = 1 + 0.015 * (mean_l - 50) ** 2 / np.sqrt(20 + (mean_l - 50) ** 2)
    weight_c, weight_h = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * t
    around_blue = np.radians(60 * np.exp(-(((mean_h - 275) / 25) ** 2)))
    turned = -2 * np.sqrt(mean_c**7 / (mean_c**7 + 25.0**7)) * np.sin(around_blue)
    parts = ((l2 - l1) / weight_l, (c2 - c1) / weight_c, hue / weight_h)
    return float(np.sqrt(sum(part**2 for part in parts) + turned * parts[1] * parts[2]))


def difference(one: Colors, other: Colors, vision: str) -> float:
    """Return how far apart two sRGB colours look to somebody."""
    return ciede2000(*(to_lab(simulated(color, vision)) for color in (one, other)))


def contrast(one: Colors, other: Colors, vision: str) -> float:
    """Return the contrast of two sRGB colours as WCAG 2 has it, 1 to 21, to somebody."""
    dark, light = sorted(float(to_linear(simulated(color, vision)) @ TO_XYZ[1]) for color in (one, other))
    return (light + 0.05) / (dark + 0.05)


def tier_fills() -> dict[str, Colors]:
    """Return the fills of the tiers, which both themes share, as sRGB in [0, 1]."""
    from dnnmig_gui.gui.theme.tokens import LIGHT

    return {name: np.array(getattr(LIGHT, name).fill.getRgbF()[:3]) for name in TIERS}


def table() -> str:
    """Return the differences of the tiers' fills, as Markdown."""
    fills = tier_fills()
    lines = ["| pair | " + " | ".join(MATRICES) + " |", "|---" * (len(MATRICES) + 1) + "|"]
    for one, other in combinations(TIERS, 2):
        figures = (f"{difference(fills[one], fills[other], vision):.0f}" for vision in MATRICES)
        lines.append(f"| {one} – {other} | " + " | ".join(figures) + " |")
    return "\n".join(lines)


def window_picture(theme: str, folder: Path) -> npt.NDArray[np.uint8]:
    """Return the window with a plan at work, shape (800, 1280, 3)."""
    from PySide6.QtCore import QSettings
    from PySide6.QtGui import QImage

    from dnnmig_gui.gui.application import make_application, make_window
    from dnnmig_gui.gui.theme.look import Look

    application = make_application()
    window = make_window(Look(theme), QSettings(str(folder / f"{theme}.ini"), QSettings.Format.IniFormat))
    window.resize(1280, 800)
    window.show()

    def wait_until(condition: object, seconds: float = 30.0) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and not condition():
            application.processEvents()

    window.files.open_path(Path(__file__).parents[2] / "scenarios" / "paper-alexnet.dnnmig")
    wait_until(lambda: bool(window.loading.models))
    window.planning.start()
    wait_until(lambda: window.planning.run is not None)
    window.clock.seek(8.0)
    wait_until(lambda: False, 0.5)
    image = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    pixels = rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()
    window.document.undo_stack.setClean()
    window.close()
    return pixels


def main() -> None:
    """Print the table; write four visions of the window in each theme, with few colours so that they stay small."""
    from PIL import Image

    sys.stdout.write(f"{table()}\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind in ("CONFIG", "CACHE", "STATE", "DATA"):
            os.environ[f"XDG_{kind}_HOME"] = str(folder)
        for theme in ("light", "dark"):
            pixels = window_picture(theme, folder) / 255.0
            sheet = Image.new("RGB", (1288, 808), "#808080")
            for place, vision in enumerate(list(MATRICES)[1:]):
                seen = Image.fromarray(np.round(simulated(pixels, vision) * 255).astype(np.uint8))
                sheet.paste(seen.resize((640, 400), Image.Resampling.LANCZOS), (648 * (place % 2), 408 * (place // 2)))
            sheet.quantize(128).save(IMAGES / f"color-vision-{theme}.png", optimize=True)


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.exit(main())
