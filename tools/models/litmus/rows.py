# SPDX-License-Identifier: Apache-2.0
"""Rows: a protocol as the code has it, which must hold, and each way to weaken
it, which must not."""

from .programs import ANY, V8_0, find


class Row:
    """protocol(**options) is a Test. weaker: how it is weakened, None if it
    is not. on: whose instructions."""

    def __init__(self, protocol, weaker, on, options):
        self.protocol, self.weaker, self.on = protocol, weaker, on
        self.options = options
        self.threads = len(protocol(**options).threads)

    def __str__(self):
        settings = self.weaker or ", ".join(
            f"{name}={value!r}" for name, value in self.options.items())
        return (f"{self.protocol.__name__}({settings or 'as it is'}) on "
                f"{self.on.name}")

    def wrong(self):
        """What is wrong with it, or None."""
        test = self.protocol(**self.options)
        if not find(test, self.on, lambda *_: True):
            return f"{self}: nothing can happen at all"
        bad = find(test, self.on, test.bad)
        if bad and not self.weaker:
            return f"{self}: what must not be is allowed: {bad}"
        if not bad and self.weaker:
            return f"{self}: is forbidden, so it is not weaker"
        return None


def holds(protocol, on=ANY, **options):
    return Row(protocol, None, on, options)


def allowed(protocol, weaker, on=V8_0, **options):
    return Row(protocol, weaker, on, options)
