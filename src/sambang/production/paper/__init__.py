"""The paper form of a month: printed, filled in by hand, photographed or scanned, and read back."""
