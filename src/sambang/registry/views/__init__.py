"""Pages of the register, a module for each thing that they are about."""
