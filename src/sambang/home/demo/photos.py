"""Generated drawings in place of photos of the demo's visits; no real person or place is shown."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from sambang.access.models import Person
from sambang.home.demo.pictures import COLOURS
from sambang.registry.models import Business
from sambang.visits.models import Visit
from sambang.visits.operations import add_photo, arrange_photo

type Pen = ImageDraw.ImageDraw
type Colour = tuple[int, int, int]

WIDTH, HEIGHT = 1200, 900
FLOOR = 640  # where the wall ends
WALL, GROUND, WOOD, OUTLINE_INK = (238, 230, 214), (196, 176, 148), (140, 98, 58), (40, 40, 44)
SKIN = ((146, 98, 66), (172, 120, 84), (120, 80, 54))
SKY, GRASS, TILE = (200, 222, 236), (150, 180, 120), (166, 84, 58)


def photo_drawing(scene: str, number: int) -> SimpleUploadedFile:
    """A JPEG of a key of SCENES; `number` varies colours and how many there are of what it shows."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), WALL)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, FLOOR, WIDTH, HEIGHT), fill=GROUND)
    SCENES[scene](pen, number)
    pen.rectangle((0, HEIGHT - 44, 250, HEIGHT), fill=(255, 255, 255))
    pen.text((14, HEIGHT - 38), "gambar peragaan", fill=(70, 70, 70), font_size=26)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=82)
    return SimpleUploadedFile(f"{scene}-{number}.jpg", file.getvalue(), "image/jpeg")


def _person(pen: Pen, x: int, y: int, number: int) -> None:
    """Somebody seen from behind the table; `y`: the shoulders."""
    shirt = COLOURS[number % len(COLOURS)]
    pen.rounded_rectangle((x - 60, y, x + 60, y + 175), 44, fill=shirt)
    pen.ellipse((x - 38, y - 84, x + 38, y + 4), fill=SKIN[number % len(SKIN)])
    if number % 2:  # a veil
        pen.chord((x - 50, y - 96, x + 50, y + 34), 150, 30, fill=COLOURS[(number + 2) % len(COLOURS)])
    else:
        pen.chord((x - 40, y - 90, x + 40, y - 10), 170, 10, fill=OUTLINE_INK)


def _table(pen: Pen, left: int, right: int, top: int) -> None:
    for leg in (left + 30, right - 50):
        pen.rectangle((leg, top + 30, leg + 22, top + 240), fill=(104, 70, 40))
    pen.rectangle((left, top, right, top + 34), fill=WOOD)


def _window(pen: Pen, x: int) -> None:
    pen.rectangle((x, 110, x + 220, 350), fill=SKY, outline=WOOD, width=14)
    pen.line((x + 110, 110, x + 110, 350), fill=WOOD, width=10)
    pen.line((x, 230, x + 220, 230), fill=WOOD, width=10)


def _workshop(pen: Pen, number: int) -> None:
    """Somebody at a sewing machine, garments on a rail behind."""
    _window(pen, 90)
    pen.line((420, 150, 1120, 150), fill=OUTLINE_INK, width=10)
    for place in range(4 + number % 3):
        x, cloth = 450 + 112 * place, COLOURS[(number + place) % len(COLOURS)]
        pen.polygon([(x, 170), (x + 46, 150), (x + 92, 170), (x + 84, 400), (x + 8, 400)], fill=cloth)
    _person(pen, 400, 470, number)
    _table(pen, 300, 1080, 620)
    pen.rounded_rectangle((560, 470, 860, 528), 18, fill=OUTLINE_INK)
    pen.rectangle((790, 520, 860, 620), fill=OUTLINE_INK)
    pen.rectangle((574, 520, 610, 604), fill=OUTLINE_INK)
    pen.ellipse((846, 452, 936, 542), fill=(90, 90, 96), outline=OUTLINE_INK, width=8)
    pen.polygon([(480, 600), (700, 590), (740, 640), (440, 650)], fill=COLOURS[(number + 1) % len(COLOURS)])


def _meeting(pen: Pen, number: int) -> None:
    """Owners at a long table, a sheet of what was heard on the wall."""
    pen.rectangle((340, 70, 860, 330), fill=(252, 252, 250), outline=OUTLINE_INK, width=8)
    for row in range(4):
        pen.line((380, 130 + 48 * row, 560 + 60 * ((row + number) % 4), 130 + 48 * row), fill=(44, 88, 120), width=10)
    for place in range(5 + number % 3):
        _person(pen, 150 + 150 * place, 440, number + place)
    _table(pen, 60, 1140, 600)
    for place in range(6):
        pen.ellipse(
            (130 + 170 * place, 570, 186 + 170 * place, 610), fill=(250, 250, 246), outline=OUTLINE_INK, width=4
        )


def _house(pen: Pen, number: int) -> None:
    """The house that is a workshop, with a sign over the door."""
    pen.rectangle((0, 0, WIDTH, FLOOR), fill=SKY)
    pen.rectangle((0, FLOOR, WIDTH, HEIGHT), fill=GRASS)
    pen.rectangle((200, 360, 1000, 740), fill=(250, 240, 220), outline=OUTLINE_INK, width=6)
    pen.polygon([(120, 370), (600, 130), (1080, 370)], fill=TILE, outline=OUTLINE_INK, width=6)
    pen.rectangle((520, 500, 680, 740), fill=WOOD, outline=OUTLINE_INK, width=6)
    for x in (270, 760):
        pen.rectangle((x, 480, x + 170, 620), fill=(180, 208, 220), outline=WOOD, width=12)
    pen.rectangle((420, 400, 780, 470), fill=COLOURS[number % len(COLOURS)])
    pen.line((460, 436, 740, 436), fill=(250, 230, 170), width=12)
    pen.rectangle((1060, 420, 1090, 760), fill=(110, 76, 46))
    pen.ellipse((960, 240, 1190, 480), fill=(86, 132, 76))


def _shelf(pen: Pen, number: int) -> None:
    """Finished goods, folded and boxed."""
    pen.rectangle((120, 80, 1080, 800), outline=WOOD, width=18)
    for row in range(4):
        bottom = 260 + 170 * row
        pen.rectangle((120, bottom, 1080, bottom + 18), fill=WOOD)
        for place in range(6):
            x, height = 160 + 152 * place, 60 + 18 * ((row + place + number) % 4)
            colour: Colour = COLOURS[(row + 2 * place + number) % len(COLOURS)]
            pen.rounded_rectangle((x, bottom - height, x + 124, bottom), 8, fill=colour, outline=OUTLINE_INK, width=3)
            pen.line((x, bottom - height // 2, x + 124, bottom - height // 2), fill=(240, 236, 226), width=4)


SCENES: dict[str, Callable[[Pen, int], None]] = {
    "meeting": _meeting,
    "workshop": _workshop,
    "shelf": _shelf,
    "house": _house,
}
CAPTIONS = {
    "meeting": "Pertemuan dengan pemilik IKM",
    "workshop": "Di tempat produksi",
    "shelf": "Barang yang siap dikirim",
    "house": "Rumah yang juga bengkel",
}
CONSENT = "Ketua sentra, lisan, saat kunjungan (peragaan)"


def add_visit_photos(
    visit: Visit, by: Person, curator: Person, *, number: int, businesses: Sequence[Business] = ()
) -> None:
    """One drawing of each scene, in the order of the sentra's story, and one of each of `businesses`; the public may
    see those of the whole sentra."""
    for place, scene in enumerate(SCENES, 1):
        caption = f"{CAPTIONS[scene]} (gambar peragaan)"
        photo = add_photo(visit, by, image=photo_drawing(scene, number + place), caption=caption)
        arrange_photo(photo, curator, story_position=place, public_consent=CONSENT)
    for place, business in enumerate(businesses, len(SCENES) + 1):
        image = photo_drawing("workshop", number + place)
        add_photo(visit, by, image=image, caption="Mesin dan meja kerja (gambar peragaan)", business=business)
