"""Light, contrast, sharpness and background of a photo of an item, judged in sentences for who took it."""

from __future__ import annotations

import io

from django.utils.translation import gettext as _
from PIL import Image, ImageFilter, ImageStat

JUDGED_SIDE = 256  # pixels: judged on a small copy
MIN_LIGHT = 120  # of 255: the brightest tenth of a dark photo stays below
MAX_LIGHT = 235  # of 255: the darkest tenth of a washed-out photo stays above
MIN_CONTRAST = 12  # standard deviation of the luminance
MIN_EDGE = 40  # of 255: the strongest hundredth of the edges of a blurred photo stays below
MAX_BACKGROUND = 30  # of 255: the mean of the edges in the margin of a photo with a busy background stays above
BACKGROUND_MARGIN = 0.14  # share of the side that counts as background


def photo_advice(content: bytes) -> list[str]:
    """Sentences on a stored JPEG; none if nothing is wrong."""
    with Image.open(io.BytesIO(content)) as picture:
        picture.draft("L", (JUDGED_SIDE, JUDGED_SIDE))
        grey = picture.convert("L")
    grey.thumbnail((JUDGED_SIDE, JUDGED_SIDE))
    width, height = grey.size
    frame = min(2, (min(width, height) - 1) // 2)  # pixels that the filter leaves as they are
    edges = grey.filter(ImageFilter.FIND_EDGES).crop((frame, frame, width - frame, height - frame))
    light = grey.histogram()
    if _percentile(light, 0.9) < MIN_LIGHT:
        return [_("Foto ini gelap: foto lagi di dekat jendela, pagi atau sore, tanpa lampu kilat.")]
    if _percentile(light, 0.1) > MAX_LIGHT:
        return [_("Foto ini terlalu terang sehingga cirinya hilang: jangan di bawah matahari langsung.")]
    advice = []
    if ImageStat.Stat(grey).stddev[0] < MIN_CONTRAST:
        advice.append(_("Barangnya hampir tidak tampak: pakai alas yang warnanya berbeda dari barang."))
    elif _percentile(edges.histogram(), 0.99) < MIN_EDGE:
        advice.append(_("Foto ini kabur: pegang HP dengan dua tangan, sentuh barangnya di layar, lalu tekan."))
    if _margin_mean(edges) > MAX_BACKGROUND:
        advice.append(_("Latar fotonya ramai: bentangkan kain polos di belakang dan di bawah barang."))
    return advice


def _percentile(histogram: list[int], share: float) -> int:
    """The lowest value below or at which `share` of the pixels lie."""
    wanted, counted = share * sum(histogram), 0
    for value, count in enumerate(histogram):
        counted += count
        if counted >= wanted:
            return value
    return len(histogram) - 1


def _margin_mean(edges: Image.Image) -> float:
    """Mean edge strength in the left, right and upper margin, 0 … 255."""
    width, height = edges.size
    mask = Image.new("L", edges.size, 255)
    mask.paste(
        0,
        (
            round(width * BACKGROUND_MARGIN),
            round(height * BACKGROUND_MARGIN),
            round(width * (1 - BACKGROUND_MARGIN)),
            height,
        ),
    )
    return float(ImageStat.Stat(edges, mask).mean[0])
