"""The demo: the visit of 31 March 2022 to Joho, carried once round the loop. Built by operations only, so it is always
legal; the people are made up and the monthly reports are simulated from the truth stated in truth.py."""
