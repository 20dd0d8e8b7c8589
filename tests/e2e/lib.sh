# SPDX-License-Identifier: Apache-2.0
# What the end-to-end scripts share: a work folder, a served card, checks that stop the script.
set -euo pipefail

work=$(mktemp -d)
served=
trap 'take_card; rm -rf "$work"' EXIT
cd "$work"

myna() { "$MYNA" "$@"; }
say() { printf '== %s\n' "$*"; }
die() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }

# expect CODE COMMAND...: the command ends with this code.
expect() {
  local wanted=$1 code=0; shift
  "$@" > out.txt 2> err.txt || code=$?
  [ "$code" = "$wanted" ] || { cat out.txt err.txt >&2; die "exit $code instead of $wanted: $*"; }
}

# Puts the card of a directory into the first virtual reader, and waits until pcscd has seen it.
put_card() {
  "$MYNA" virtual serve "$1" --port "$MYNA_VPCD_PORT" > serve.txt &
  served=$!
  expect "${2:-0}" myna --timeout 20 status
}

# Ends the server and waits until pcscd has noticed.
take_card() {
  [ -n "$served" ] || return 0
  kill "$served" 2>/dev/null || true
  wait "$served" 2>/dev/null || true
  served=
  for _ in $(seq 100); do
    myna readers 2>/dev/null | grep -q 'card present' || return 0
    read -rt 0.1 <> <(:) || true
  done
  die "pcscd still sees the card"
}

make_card() { expect 0 myna virtual create "$@"; }
certificate_key() {   # certificate_key NAME OUT [PIN]
  if [ -n "${3:-}" ]; then myna cert export "$1" --pin-fd 3 3<<< "$3" > cert.pem; else myna cert export "$1" > cert.pem; fi
  openssl x509 -in cert.pem -pubkey -noout > "$2"
}
