#!/usr/bin/env bash
# In a Django template a loop variable may have any name. djlint takes `{{ each.words }}` inside `{% for each in … %}` for
# something of its own, and then says of a <span> inside a <span>, both closed, that its end is an orphan (H025).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check djlint==1.49.9
for name in row each; do
  cat > "$folder/$name.html" <<HTML
{% for $name in rows %}
<p>
  <span class="a">
    {{ $name.words }}
    {% if $name.undone %}<span class="b">x</span>{% endif %}
  </span>
</p>
{% endfor %}
HTML
done
seen() { "$folder/venv/bin/djlint" "$folder/$1.html" --profile=django --lint --quiet | grep -o 'H025.*' || true; }
"$folder/venv/bin/djlint" --version
echo "expected: the same of both templates, which differ in the name of the loop's variable"
echo "seen with row: '$(seen row)'; with each: '$(seen each)'"
[ -z "$(seen row)" ] && [ -n "$(seen each)" ]
