#!/usr/bin/env bash
# What a boto3 or botocore client says of its address (`client.meta.endpoint_url`) is worked out by older tables than where it sends
# its requests. In the United States' government regions the address of DynamoDB is FIPS-validated as it is; with `use_fips_endpoint`
# the client says dynamodb-fips.us-gov-west-1, and asks dynamodb.us-gov-west-1. Who opens a firewall for, or makes a URL of, what the client says has
# another host. Clinnet keeps the address that botocore's rules give for the first request (clinnet/table/sending.py).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq --disable-pip-version-check botocore==1.43.106
"$folder/venv/bin/python" - <<'PYTHON'
from urllib.parse import urlsplit

import botocore
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.session import Session


class Body:
    def stream(self):
        yield b"{}"


asked = []


def answer(request, **_):
    """Instead of sending it."""
    asked.append(urlsplit(request.url).hostname)
    return AWSResponse(request.url, 200, {}, Body())


def hosts(region):
    """What the client says, and what it asks."""
    session = Session()
    session.set_credentials("AKID", "secret")
    client = session.create_client("dynamodb", region, config=Config(use_fips_endpoint=True))
    client.meta.events.register("before-send", answer)
    client.list_tables()
    return urlsplit(client.meta.endpoint_url).hostname, asked[-1]


print("botocore", botocore.__version__)
seen = {region: hosts(region) for region in ("us-east-1", "us-gov-west-1", "us-gov-east-1")}
for region, (said, used) in seen.items():
    print(f"{region}: expected: one host | seen: says {said}, asks {used}")
gov = [said != used and said.startswith("dynamodb-fips.") for region, (said, used) in seen.items() if "gov" in region]
raise SystemExit(not all(gov) or len(set(seen["us-east-1"])) > 1)
PYTHON
