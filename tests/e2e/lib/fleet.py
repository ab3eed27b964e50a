"""Two gateways of one fleet in front of the same MatrixOne, each with a way of its own to it, and the way to the upstream:
all can be stopped at a statement."""

import tempfile

from .case import directory
from .faults import Member, Road
from .process import wait_until
from .replica import ReplicaTest, set_up_two_sides, subscription_settings
from .wire import Closed, ServerError, Wire

_HEALED_SECONDS = 180


class FleetTest(ReplicaTest):
    """`fleet` is two gateways, of which the first one runs."""

    @classmethod
    def setUpClass(cls):
        set_up_two_sides(cls)

    def setUp(self):
        settings = subscription_settings(self.target)
        self.up_road = Road(self.source)
        self.addCleanup(self.up_road.stop)
        self.fleet = [Member(tempfile.mkdtemp(prefix=f"gateway-{name}-", dir=directory()), self.target, settings)
                      for name in ("a", "b")]
        for member in self.fleet:
            self.addCleanup(member.stop)
        self.fleet[0].start()
        super().setUp()

    @property
    def through(self):
        return self.target.at(self.running()[0].gateway)

    def running(self):
        return [member for member in self.fleet if member.runs]

    def uri(self, server=None):
        return super().uri(server or self.source.at(self.up_road))

    def settle(self):
        with Wire(self.through, timeout=100) as wire:
            wire.query(f"SYNC SUBSCRIPTION {self.name} WAIT 90")

    def heal(self):
        errors = []

        def healed():
            try:
                self.settle()
                return True
            except (ServerError, Closed, OSError) as error:
                errors.append(str(error))
                return False

        try:
            wait_until(healed, _HEALED_SECONDS, "the subscription to be healed")
        except Exception as error:
            raise AssertionError(f"{error}: {errors[-3:]}") from None
