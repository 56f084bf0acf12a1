"""The demo data: the visit of 31 March 2022 to Joho and every later step of the work.

Everything is written by operations. The people are made up, and the monthly reports are simulated (`simulation.py`)."""
