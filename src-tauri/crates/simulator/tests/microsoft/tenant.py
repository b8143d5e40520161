"""The simulated tenant as these tests see it: what it announced, the front before it, and its control face."""

import json
import sys

import msal
import requests

from front import Front

READ_AND_WRITE = ["Presence.Read", "Presence.ReadWrite"]


class Tenant:
    def __init__(self, announced, front):
        self.client_id = announced["client_id"]
        self.id = announced["tenant"]
        self.user = announced["user"]
        self.oid = announced["oid"]
        self.place = announced["place"]
        self.other = announced["other"]
        self._control = announced["graph"] + "/simulator"
        self.front = front

    def application(self, authority="organizations", **more):
        """MSAL's own application object. It asks Microsoft about authorities it does not know unless it is told not to."""
        return msal.PublicClientApplication(
            self.client_id,
            authority=f"{self.front.origin}/{authority}",
            instance_discovery=False,
            verify=self.front.certificate,
            **more,
        )

    def control(self, what, **body):
        """Moves the clock, changes a person, makes weather: see the simulator's documentation."""
        answer = requests.post(f"{self._control}/{what}", json=body)
        assert answer.ok, answer.text

    def requests(self, path):
        """What was asked under a path so far."""
        journal = requests.get(f"{self._control}/requests").json()
        return [line for line in journal if path in line["path"]]

    def get(self, path, token=None):
        """One request by hand, without a library."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return requests.get(self.front.origin + path, headers=headers, verify=self.front.certificate)


def run(*scenarios):
    """Runs those of the scenarios that the command line names, each against the simulator that it announces."""
    known = {scenario.__name__: scenario for scenario in scenarios}
    for wanted in json.loads(sys.argv[1]):
        with Front(wanted["tenant"]["graph"]) as front:
            known[wanted["scenario"]](Tenant(wanted["tenant"], front))
        print("done:", wanted["scenario"], flush=True)
