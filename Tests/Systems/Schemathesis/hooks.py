"""What Schemathesis needs to know of FStore beyond the OpenAPI document."""

import os

import schemathesis

OWN_USER_IDS = os.environ["FSTORE_TEST_USER_IDS"].split(",")

# What the tests themselves need: their keys, the users of these in their roles, and room in the organization. Whatever
# came behind a change of these would be refused, as it should be.
OWN = {
    "DELETE /api/v1/auth/keys/{key_id}": ("key_id", os.environ["FSTORE_TEST_KEY_IDS"].split(",")),
    "DELETE /api/v1/users/{user_id}": ("user_id", OWN_USER_IDS),
    "PUT /api/v1/users/{user_id}/role": ("user_id", OWN_USER_IDS),
    "PUT /api/v1/users/{user_id}/disabled": ("user_id", OWN_USER_IDS),
    "PATCH /api/v1/organizations/{organization_id}": ("organization_id", ["1"]),
}


@schemathesis.serializer("application/x-ndjson")
def lines(context, value):
    """Lines are text: sent as they are."""
    return value.encode("utf-8", "replace") if isinstance(value, str) else str(value).encode()


@schemathesis.hook
def filter_case(context, case):
    """Everything may be changed and deleted but what is in OWN. Who signs in by username is a client of document 001 and
    gets its errors, while the description of the operation has those of document 003."""
    if case.operation.label == "POST /api/v1/auth/login":
        return not (isinstance(case.body, dict) and "username" in case.body)
    name, own = OWN.get(case.operation.label, ("", []))
    return str((case.path_parameters or {}).get(name)) not in own
