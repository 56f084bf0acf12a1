"""The versions of KBLI: what a new version needs is here, its codes and changes in reference/."""

from django.db import models


class KbliVersion(models.TextChoices):
    KBLI_2020 = "2020", "KBLI 2020"
    KBLI_2025 = "2025", "KBLI 2025"


REGULATIONS = {KbliVersion.KBLI_2020: "Peraturan BPS 2/2020", KbliVersion.KBLI_2025: "Peraturan BPS 7/2025"}
# IKM with a code of the first move to the second, by reference/industry_changes.csv.
OLD_VERSION, NEW_VERSION = KbliVersion.KBLI_2020, KbliVersion.KBLI_2025
