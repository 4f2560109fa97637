"""What ends a measurement."""
import time


class Unmeasurable(Exception):
    """What stopped the measurement, in one line for the user."""


class OutOfTime(Exception):
    """Raised between the layers of a pass that takes too long."""


class Clock:
    def __init__(self, seconds):
        self.seconds = seconds
        self.end = time.monotonic() + seconds

    def check(self):
        if time.monotonic() > self.end:
            raise OutOfTime()
