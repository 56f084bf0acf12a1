"""Generated drawings of goods for the demo's catalogue; no real product is shown."""

from __future__ import annotations

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

DEMO_PICTURE_SIDE = 800
SHAPES: dict[str, list[tuple[int, int]]] = {
    "shirt": [
        (250, 170),
        (340, 140),
        (400, 190),
        (460, 140),
        (550, 170),
        (680, 300),
        (600, 370),
        (560, 330),
        (560, 660),
        (240, 660),
        (240, 330),
        (200, 370),
        (120, 300),
    ],
    "trousers": [(280, 130), (520, 130), (560, 670), (430, 670), (400, 330), (370, 670), (240, 670)],
    "robe": [(340, 130), (460, 130), (560, 260), (680, 670), (120, 670), (240, 260)],
    "box": [(180, 240), (400, 160), (620, 240), (620, 620), (400, 700), (180, 620)],
    "bag": [(200, 300), (600, 300), (640, 680), (160, 680)],
}
SHAPE_OF = (("celana", "trousers"), ("mukena", "robe"), ("kebaya", "robe"), ("tas", "bag"), ("emblem", "bag"))
COLOURS = ((44, 88, 120), (150, 60, 60), (30, 100, 70), (120, 80, 30), (90, 60, 120))


def drawing(name: str, number: int, *, shape: str = "shirt") -> SimpleUploadedFile:
    """A JPEG of an outline: of the garment in the name, else of `shape`; `number` selects the colour."""
    shape = next((outline for word, outline in SHAPE_OF if word in name.lower()), shape)
    colour = COLOURS[number % len(COLOURS)]
    picture = Image.new("RGB", (DEMO_PICTURE_SIDE, DEMO_PICTURE_SIDE), (240, 236, 226))
    pen = ImageDraw.Draw(picture)
    pen.polygon(SHAPES[shape], fill=colour, outline=(20, 20, 20), width=6)
    if shape == "bag":
        pen.arc((290, 160, 510, 440), 180, 360, fill=(20, 20, 20), width=16)
    for row in range(4):  # a line of stitches, the mark of the sentra
        pen.line((330, 420 + 40 * row, 470, 420 + 40 * row), fill=(250, 220, 140), width=5)
    pen.text((24, DEMO_PICTURE_SIDE - 40), "gambar peragaan", fill=(90, 90, 90), font_size=24)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=85)
    return SimpleUploadedFile("peragaan.jpg", file.getvalue(), "image/jpeg")


def screen_drawing(shop: str) -> SimpleUploadedFile:
    """A JPEG that looks like the page of a shop on a phone; no real shop is shown."""
    width, height = 540, 1080
    picture = Image.new("RGB", (width, height), (250, 250, 250))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, width, 110), fill=COLOURS[0])
    pen.text((24, 36), shop, fill=(255, 255, 255), font_size=34)
    for number in range(6):
        left, top = 24 + 256 * (number % 2), 150 + 280 * (number // 2)
        pen.rectangle((left, top, left + 236, top + 200), fill=COLOURS[number % len(COLOURS)])
        pen.text((left, top + 212), f"Rp{35 + 15 * number}.000", fill=(20, 20, 20), font_size=26)
    pen.text((24, height - 50), "gambar peragaan", fill=(90, 90, 90), font_size=24)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=85)
    return SimpleUploadedFile("layar-peragaan.jpg", file.getvalue(), "image/jpeg")
