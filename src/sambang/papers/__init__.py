"""Official papers (naskah dinas) of a council: letterhead, signers, numbers; rendered from one content as PDF and
Word."""
