"""Official papers (naskah dinas) of a council: letterhead, signers, numbers; one content set as PDF and as Word."""
