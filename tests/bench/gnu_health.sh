#!/usr/bin/env bash
# GNU Health's invoice and its payment, and ours, on as much data, one after the other. Nothing of it is installed with Clinnet:
#
#   bash tests/bench/gnu_health.sh [invoices]     # 100 by default; the first run takes some fifteen minutes
#
# GNU Health comes from PyPI into var/gnu_health (600 MB; delete the folder to begin anew). Its requests are those of its
# own client, through its own WSGI application: to open an invoice it reads the fields of the form and those of the lines;
# to pay one it runs the wizard (create, start, choose, delete). The client draws, so that is without a page; ours is the
# page, and the page of the payment with its POST, by Django's test client. Medians of 20 and 12, three times; "processor"
# is this process's own: of ours without the table's engine, which is another.
set -euo pipefail
cd "$(dirname "$0")/../.."
count=${1:-100} here=$PWD folder=$PWD/var/gnu_health
python=$folder/venv/bin/python
mkdir -p "$folder"
if [ ! -x "$python" ]; then
  python3.11 -m venv "$folder/venv"
  "$folder/venv/bin/pip" install -q "gnuhealth==5.0.6" "trytond==7.0.59" "trytond_account_invoice==7.0.18" "proteus==7.0.3"
fi
export TRYTOND_CONFIG=$folder/trytond.conf TRYTOND_DATABASE_NAMES=gh TRYTONPASSFILE=$folder/pass PYTHONWARNINGS=ignore
printf '[database]\nuri = sqlite:///%s/\npath = %s\n' "$folder" "$folder" > "$TRYTOND_CONFIG"
echo admin > "$TRYTONPASSFILE"

if [ ! -f "$folder/filled-$count" ]; then
  rm -f "$folder"/gh.sqlite "$folder"/filled-*
  : > "$folder/gh.sqlite"
  "$folder/venv/bin/trytond-admin" -c "$TRYTOND_CONFIG" -d gh --email a@example.com -u health account_invoice \
    --activate-dependencies > "$folder/admin.log" 2>&1
  "$python" - "$count" <<'FILL'
"""A company with its accounts, 60 people, and so many posted invoices of two lines."""
import sys
from decimal import Decimal

from proteus import Model, config

config.set_trytond(database="gh", config_file=__import__("os").environ["TRYTOND_CONFIG"])
from trytond.modules.account.tests.tools import create_chart, create_fiscalyear, get_accounts
from trytond.modules.account_invoice.tests.tools import set_fiscalyear_invoice_sequences
from trytond.modules.company.tests.tools import create_company, get_company

create_company()
company, User = get_company(), Model.get("res.user")
(user,) = User.find([("login", "=", "admin")])
if company not in user.companies:
    user.companies.append(company)
user.company = company
user.save()
now = config.get_config()
now._context = User.get_preferences(True, now.context)
set_fiscalyear_invoice_sequences(create_fiscalyear(company)).click("create_period")
create_chart(company)
accounts = get_accounts(company)
(journal,) = Model.get("account.journal").find([("type", "=", "cash")])
method = Model.get("account.invoice.payment.method")
method(name="Card", journal=journal, credit_account=accounts["cash"], debit_account=accounts["cash"]).save()
(unit,) = Model.get("product.uom").find([("name", "=", "Unit")])
category = Model.get("product.category")(
    name="Services", accounting=True, account_expense=accounts["expense"], account_revenue=accounts["revenue"]
)
category.save()
services = []
for name, price in (("Consultation, 15 min", 65), ("Full blood count", 24)):
    made = Model.get("product.template")(
        name=name, default_uom=unit, type="service", list_price=Decimal(price), account_category=category
    )
    made.save()
    services.append(made.products[0])
term = Model.get("account.invoice.payment_term")(name="Now")
term.lines.new().type = "remainder"
term.save()
people = []
for number in range(60):
    person = Model.get("party.party")(name=f"Person {number}", lastname="Ames", is_person=True, gender="f")
    person.save()
    people.append(person)
for number in range(int(sys.argv[1])):
    invoice = Model.get("account.invoice")(type="out", party=people[number % 60], payment_term=term)
    for service in services:
        line = invoice.lines.new()
        line.product, line.quantity, line.account = service, 1, accounts["revenue"]
        line.unit_price = service.template.list_price
    invoice.save()
    invoice.click("post")
FILL
  touch "$folder/filled-$count"
fi

"$python" - <<'ASK'
"""As its client asks."""
import base64
import datetime
import json
import os
import statistics
import time

from trytond.protocols.jsonrpc import JSONDecoder, JSONEncoder
from trytond.wsgi import app
from werkzeug.test import Client

client, headers = Client(app), {"Content-Type": "application/json"}


def call(method, *params):
    body = json.dumps({"id": 1, "method": method, "params": list(params)}, cls=JSONEncoder)
    answer = client.post("/gh/", data=body, headers=headers).get_data(as_text=True)
    said = json.loads(answer, object_hook=JSONDecoder())
    if said.get("error"):
        raise SystemExit(str(said["error"])[:800])
    return said["result"]


user, session, *_ = call("common.db.login", "admin", {"password": "admin"}, "en")
headers["Authorization"] = "Session " + base64.b64encode(f"admin:{user}:{session}".encode()).decode()
context = call("model.res.user.get_preferences", True, {})
invoices = call("model.account.invoice.search", [["state", "=", "posted"]], 0, None, None, context)
(method, *_) = call("model.account.invoice.payment.method.search", [], 0, None, None, context)


def names(model, kind):
    view = call(f"model.{model}.fields_view_get", None, kind, context)["fields"]
    return [*view, *(f"{name}.rec_name" for name in view if view[name]["type"] == "many2one"), "_timestamp"]


form, tree = names("account.invoice", "form"), names("account.invoice.line", "tree")


def opened(id):
    (found,) = call("model.account.invoice.read", [id], form, context)
    call("model.account.invoice.line.read", list(found["lines"]), tree, context)


def paid(id):
    about = dict(context, active_model="account.invoice", active_id=id, active_ids=[id])
    wizard, start, _ = call("wizard.account.invoice.pay.create", about)
    given = dict(call("wizard.account.invoice.pay.execute", wizard, {}, start, about)["view"]["defaults"])
    given = {name: value for name, value in given.items() if not name.endswith(".")}
    given |= {"payment_method": method, "date": given.get("date") or datetime.date.today()}
    given.setdefault("description", None)
    call("wizard.account.invoice.pay.execute", wizard, {"start": given}, "choice", about)
    call("wizard.account.invoice.pay.delete", wizard, about)


def timed(do, ids):
    found = []
    for id in ids:
        wall, processor = time.perf_counter(), time.process_time()
        do(id)
        found.append((time.perf_counter() - wall, time.process_time() - processor))
    return [round(statistics.median(each[at] for each in found) * 1000, 1) for at in (0, 1)]


for id in invoices[:5]:
    opened(id)
paid(invoices.pop())
for _ in range(3):
    ways = [("open an invoice", timed(opened, invoices[:20])), ("take a payment", timed(paid, invoices[-12:]))]
    del invoices[-12:]
    for what, (wall, processor) in ways:
        print(f"GNU Health, {what}: {wall} ms, processor {processor} ms, load {os.getloadavg()[0]:.1f}", flush=True)
ASK

cd "$here" && .venv/bin/python -m tests.bench --only payments --invoices "$count"
