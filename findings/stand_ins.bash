# Sourced by the findings about the stand-ins of DynamoDB and its clients: a temporary folder that goes with the script,
# a Python of its own, ministack and dynalite on free ports of 127.0.0.1, and `table` (called by both), which
# makes the table "notes" (partition key "p", sort key "s", index "by_kind" of the keys alone). PORT is the engine's.
set -euo pipefail
folder=$(mktemp -d)
engine=
trap '[ -z "$engine" ] || kill "$engine"; rm -rf "$folder"' EXIT
export AWS_ACCESS_KEY_ID=AKIAEXAMPLE AWS_SECRET_ACCESS_KEY=example AWS_DEFAULT_REGION=us-east-1

packages() {
  python3 -m venv "$folder/venv"
  "$folder/venv/bin/pip" install -qq --disable-pip-version-check ministack==1.5.33 boto3==1.43.106 hypercorn==0.18.0 "$@"
}

python() { "$folder/venv/bin/python" "$@"; }

free_port() { python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

stop() { kill "$engine"; wait "$engine" || true; engine=; }

ministack() {
  PORT=$(free_port)
  BIND_HOST=127.0.0.1 IOT_MTLS_ENABLED=0 GATEWAY_PORT=$PORT "$folder/venv/bin/ministack" >"$folder/engine.log" 2>&1 &
  engine=$!
  table
}

dynalite() {
  PORT=$(free_port)
  npm install --silent --no-audit --no-fund --prefix "$folder" dynalite@4.0.0 >/dev/null
  node "$folder/node_modules/dynalite/cli.js" --host 127.0.0.1 --port "$PORT" --createTableMs 0 >"$folder/engine.log" 2>&1 &
  engine=$!
  table
}

table() {
  cat > "$folder/notes.py" <<'PYTHON'
"""`dynamodb`: boto3's client of the engine at PORT."""
import os

import boto3
from botocore.config import Config

dynamodb = boto3.client(
    "dynamodb", endpoint_url=f"http://127.0.0.1:{os.environ['PORT']}",
    config=Config(retries={"total_max_attempts": 40, "mode": "standard"}),
)
PYTHON
  export PORT PYTHONPATH=$folder
  python - <<'PYTHON'
from notes import dynamodb

keys = [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}]
dynamodb.create_table(
    TableName="notes", KeySchema=keys, BillingMode="PAY_PER_REQUEST",
    AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("p", "s", "kind")],
    GlobalSecondaryIndexes=[{
        "IndexName": "by_kind", "Projection": {"ProjectionType": "KEYS_ONLY"},
        "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
    }],
)
dynamodb.get_waiter("table_exists").wait(TableName="notes", WaiterConfig={"Delay": 1, "MaxAttempts": 30})
PYTHON
}
