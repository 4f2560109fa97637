"""What measure.py is made of. The name is one that no user's module has."""
