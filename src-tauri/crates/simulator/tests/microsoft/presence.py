"""msgraph-sdk (Python) against the Graph half of the simulator; its tokens come from MSAL."""

import asyncio
import datetime
import functools
import ssl
import time

import httpx
from kiota_abstractions.authentication import (
    AccessTokenProvider,
    AllowedHostsValidator,
    BaseBearerTokenAuthenticationProvider,
)
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.communications.get_presences_by_user_id.get_presences_by_user_id_post_request_body import (
    GetPresencesByUserIdPostRequestBody,
)
from msgraph.generated.models.body_type import BodyType
from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
from msgraph.generated.models.item_body import ItemBody
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.presence_status_message import PresenceStatusMessage
from msgraph.generated.models.work_location_source import WorkLocationSource
from msgraph.generated.models.work_location_type import WorkLocationType
from msgraph.generated.places.graph_building.graph_building_request_builder import GraphBuildingRequestBuilder
from msgraph.generated.users.item.presence.clear_presence.clear_presence_post_request_body import (
    ClearPresencePostRequestBody,
)
from msgraph.generated.users.item.presence.set_automatic_location.set_automatic_location_post_request_body import (
    SetAutomaticLocationPostRequestBody,
)
from msgraph.generated.users.item.presence.set_manual_location.set_manual_location_post_request_body import (
    SetManualLocationPostRequestBody,
)
from msgraph.generated.users.item.presence.set_presence.set_presence_post_request_body import (
    SetPresencePostRequestBody,
)
from msgraph.generated.users.item.presence.set_status_message.set_status_message_post_request_body import (
    SetStatusMessagePostRequestBody,
)
from msgraph.generated.users.item.presence.set_user_preferred_presence.set_user_preferred_presence_post_request_body import (  # noqa: E501
    SetUserPreferredPresencePostRequestBody,
)
from msgraph.graph_request_adapter import options
from msgraph_core import GraphClientFactory
from msgraph_core.requests.batch_request_content import BatchRequestContent
from msgraph_core.requests.batch_request_item import BatchRequestItem
from msgraph_core.tasks import PageIterator

from sign_in import sign_in
from tenant import READ_AND_WRITE, run

EVERYBODY = [*READ_AND_WRITE, "Presence.Read.All"]


async def sessions(tenant):
    """The five pairs of setPresence under every path, and clearPresence."""
    graph = client(tenant)
    tenant.control("person", oid=tenant.oid, teams=None)
    for path in paths(graph, tenant):
        await shows(path, "Offline", "Offline")
        for availability, activity in [
            ("Available", "Available"),
            ("Busy", "InACall"),
            ("Busy", "InAConferenceCall"),
            ("Away", "Away"),
            ("DoNotDisturb", "Presenting"),
        ]:
            await path.set_presence.post(
                SetPresencePostRequestBody(
                    session_id=tenant.client_id,
                    availability=availability,
                    activity=activity,
                    # As text: the library writes its timedelta in a form that is no duration of OData.
                    expiration_duration="PT1H",
                )
            )
            await shows(path, availability, activity)
        end = ClearPresencePostRequestBody(session_id=tenant.client_id)
        await path.clear_presence.post(end)
        await shows(path, "Offline", "Offline")
        await refused(404, path.clear_presence.post(end))
        busy = SetPresencePostRequestBody(session_id=tenant.client_id, availability="Busy", activity="Busy")
        await refused(400, path.set_presence.post(busy))
        nobody = SetPresencePostRequestBody(availability="Away", activity="Away")
        assert "SessionId" in await refused(400, path.set_presence.post(nobody))


async def preferred(tenant):
    """The six pairs of setUserPreferredPresence under every path, and back."""
    graph = client(tenant)
    for path in paths(graph, tenant):
        for availability, activity, duration in [
            ("Available", "Available", None),
            ("Busy", "Busy", "PT1H"),
            ("DoNotDisturb", "DoNotDisturb", "P1DT2H"),
            ("BeRightBack", "BeRightBack", "PT90M"),
            ("Away", "Away", "P7D"),
            ("Offline", "OffWork", None),
        ]:
            await path.set_user_preferred_presence.post(
                SetUserPreferredPresencePostRequestBody(
                    availability=availability, activity=activity, expiration_duration=duration
                )
            )
            presence = await path.get()
            assert presence.activity == activity, presence
        await path.clear_user_preferred_presence.post()
        await shows(path, "Available", "Available")
        wrong = SetUserPreferredPresencePostRequestBody(availability="Offline", activity="Offline")
        await refused(400, path.set_user_preferred_presence.post(wrong))


async def messages(tenant):
    """setStatusMessage under every path: with an end in each kind of zone, without one, pinned, and taken away."""
    graph = client(tenant)
    for path in paths(graph, tenant):
        for zone, date_time, in_utc in [
            ("UTC", "2099-10-18T17:05:33.2079781", "2099-10-18T17:05:33.2079781"),
            ("Pacific Standard Time", "2099-10-18T17:05:33.2079781", "2099-10-19T00:05:33.2079781"),
            ("Europe/Berlin", "2099-01-18T17:00:00", "2099-01-18T16:00:00.0000000"),
        ]:
            end = DateTimeTimeZone(date_time=date_time, time_zone=zone)
            begun = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=5)
            await say(path, "In a meeting <pinnednote></pinnednote>", end)
            message = (await path.get()).status_message
            assert message.message.content == "In a meeting <pinnednote></pinnednote>", message
            assert message.message.content_type == BodyType.Text, message
            assert message.expiry_date_time.time_zone == "UTC", message
            assert message.expiry_date_time.date_time == in_utc, message
            assert message.published_date_time > begun, message
        await say(path, "Grüße aus 東京 🙂")
        message = (await path.get()).status_message
        assert message.message.content == "Grüße aus 東京 🙂", message
        assert message.expiry_date_time is None, message
        await say(path, "")
        message = (await path.get()).status_message
        assert message is None or not message.message.content, message
        zoned = DateTimeTimeZone(date_time="2099-10-18T17:05:33Z", time_zone="UTC")
        await refused(400, say(path, "With an offset", zoned))


async def locations(tenant):
    """The four location actions under every path: layers, who wins, what each clears."""
    graph = client(tenant, [*READ_AND_WRITE])
    place = tenant.place
    for path in paths(graph, tenant):
        await where(path, WorkLocationSource.None_, WorkLocationType.Unspecified)
        await path.set_automatic_location.post(
            SetAutomaticLocationPostRequestBody(work_location_type=WorkLocationType.Remote)
        )
        await where(path, WorkLocationSource.Automatic, WorkLocationType.Remote)
        await path.set_manual_location.post(
            SetManualLocationPostRequestBody(work_location_type=WorkLocationType.Office, place_id=place)
        )
        await where(path, WorkLocationSource.Manual, WorkLocationType.Office, place)
        await path.clear_automatic_location.post()
        await where(path, WorkLocationSource.Manual, WorkLocationType.Office, place)
        await path.set_manual_location.post(
            SetManualLocationPostRequestBody(work_location_type=WorkLocationType.TimeOff)
        )
        await where(path, WorkLocationSource.Manual, WorkLocationType.TimeOff)
        await path.clear_location.post()
        await where(path, WorkLocationSource.None_, WorkLocationType.Unspecified)
        nowhere = SetManualLocationPostRequestBody(work_location_type=WorkLocationType.Office, place_id="nowhere")
        await refused(400, path.set_manual_location.post(nowhere))


async def others(tenant):
    """Reading others, one by one and many at once; writing for them is refused; so is all of it without the scope."""
    graph = client(tenant, EVERYBODY)
    other = tenant.other
    tenant.control("person", oid=tenant.oid, out_of_office="Back on Monday")
    tenant.control("person", oid=other, teams={"availability": "Busy", "activity": "InAMeeting"})
    for path in paths(graph, tenant, other)[1:]:
        presence = await path.get()
        assert (presence.id, presence.availability, presence.activity) == (other, "Busy", "InAMeeting")
        clear = ClearPresencePostRequestBody(session_id=tenant.client_id)
        assert "another user" in await refused(401, path.clear_presence.post(clear))
    mine = await graph.users.by_user_id(tenant.oid).presence.get()
    assert mine.out_of_office_settings.is_out_of_office is True, mine
    assert mine.out_of_office_settings.message == "Back on Monday", mine
    assert mine.sequence_number, mine

    many = graph.communications.get_presences_by_user_id
    answer = await many.post(GetPresencesByUserIdPostRequestBody(ids=[tenant.oid, other]))
    known = {presence.id: presence for presence in answer.value}
    assert known[other].activity == "InAMeeting", known
    assert known[tenant.oid].out_of_office_settings.message == "Back on Monday", known
    await refused(400, many.post(GetPresencesByUserIdPostRequestBody(ids=[other] * 651)))

    bare = client(tenant)
    assert await refused(403, bare.users.by_user_id(other).presence.get()) == ""
    await refused(403, bare.communications.get_presences_by_user_id.post(
        GetPresencesByUserIdPostRequestBody(ids=[tenant.oid])
    ))


async def places(tenant):
    """The tenant's buildings in one page, and over several with the library's own iterator."""
    graph = client(tenant, [*READ_AND_WRITE, "Place.Read.All"])
    whole = await graph.places.graph_building.get()
    assert len(whole.value) > 1, whole
    assert all(building.display_name and (building.place_id or building.id) for building in whole.value), whole

    one = GraphBuildingRequestBuilder.GraphBuildingRequestBuilderGetQueryParameters(top=1)
    first = await graph.places.graph_building.get(RequestConfiguration(query_parameters=one))
    assert len(first.value) == 1, first
    assert first.odata_next_link.startswith(tenant.front.origin), first.odata_next_link
    seen = []
    await PageIterator(first, graph.request_adapter).iterate(lambda building: seen.append(building.id) or True)
    assert seen == [building.id for building in whole.value], seen

    await refused(403, client(tenant).places.graph_building.get())


async def batches(tenant):
    """Several operations in one request, one of them wrong; the answers are found by id.

    Their bodies cannot be had: this version of the library takes an object for Base64 and drops it. That it is there is for the simulator's own
    tests to say; here the effect is read back.
    """
    graph = client(tenant)
    presence = graph.me.presence
    set_busy = presence.set_user_preferred_presence.to_post_request_information(
        SetUserPreferredPresencePostRequestBody(availability="Busy", activity="Busy", expiration_duration="PT1H")
    )
    wrong = presence.set_user_preferred_presence.to_post_request_information(
        SetUserPreferredPresencePostRequestBody(availability="Busy", activity="Dancing")
    )
    content = BatchRequestContent(
        {
            "set": BatchRequestItem(set_busy, id="set"),
            "wrong": BatchRequestItem(wrong, id="wrong"),
            "read": BatchRequestItem(presence.to_get_request_information(), id="read"),
        }
    )
    answer = await graph.batch.post(content)
    assert answer.get_response_status_codes() == {"set": 200, "wrong": 400, "read": 200}
    await shows(presence, "Busy", "Busy")


async def patience(tenant):
    """The library's own retry waits as long as it is told, in seconds or until a date; fractions of a second it does not read."""
    graph = client(tenant)
    for weather, at_least in [
        ({"status": 429, "retry_after": "1"}, 1),
        ({"status": 503, "retry_date": "PT2S"}, 0.9),
    ]:
        tenant.control("weather", method="GET", path="/v1.0/me/presence", times=1, **weather)
        asked, begun = len(tenant.requests("/v1.0/me/presence")), time.monotonic()
        await shows(graph.me.presence, "Available", "Available")
        assert len(tenant.requests("/v1.0/me/presence")) == asked + 2
        assert time.monotonic() - begun >= at_least


def client(tenant, scopes=READ_AND_WRITE):
    """msgraph-sdk's client for somebody who signed in with MSAL, pointed at the front."""
    application = tenant.application()
    sign_in(tenant, application, scopes)

    class Tokens(AccessTokenProvider):
        async def get_authorization_token(self, uri, additional_authentication_context={}):
            account, = application.get_accounts()
            return application.acquire_token_silent(scopes, account)["access_token"]

        def get_allowed_hosts_validator(self):
            return AllowedHostsValidator([])

    base = f"{tenant.front.origin}/v1.0"
    trust = ssl.create_default_context(cafile=tenant.front.certificate)
    http = GraphClientFactory.create_with_default_middleware(
        client=httpx.AsyncClient(verify=trust, base_url=base, trust_env=False), options=options
    )
    adapter = GraphRequestAdapter(BaseBearerTokenAuthenticationProvider(Tokens()), http)
    adapter.base_url = base
    return GraphServiceClient(request_adapter=adapter)


def paths(graph, tenant, oid=None):
    """A person's presence under each of its three paths; `/me` comes first."""
    oid = oid or tenant.oid
    return [
        graph.me.presence,
        graph.users.by_user_id(oid).presence,
        graph.communications.presences.by_presence_id(oid),
    ]


async def shows(path, availability, activity):
    presence = await path.get()
    assert (presence.availability, presence.activity) == (availability, activity), presence


async def where(path, source, kind, place=None):
    location = (await path.get()).work_location
    assert (location.source, location.work_location_type, location.place_id) == (source, kind, place), location


async def say(path, text, end=None):
    message = ItemBody(content=text, content_type=BodyType.Text)
    status = PresenceStatusMessage(message=message, expiry_date_time=end)
    await path.set_status_message.post(SetStatusMessagePostRequestBody(status_message=status))


async def refused(status, call):
    """The message of Graph's error, which has to come with this status."""
    try:
        await call
    except ODataError as error:
        assert error.response_status_code == status, error
        assert error.error.code, error
        return error.error.message or ""
    raise AssertionError(f"this should have been refused with {status}")


def in_a_loop(scenario):
    """The library is asynchronous."""
    return functools.wraps(scenario)(lambda tenant: asyncio.run(scenario(tenant)))


if __name__ == "__main__":
    run(*map(in_a_loop, [sessions, preferred, messages, locations, others, places, batches, patience]))
