#!/bin/bash
# usage: tests/install_packages.sh GROUP...   installs what tests/packages.txt lists and the machine lacks.
# Does nothing, and needs no root, when all of it is there.
set -euo pipefail
cd "$(dirname "$0")"

missing=()
while read -r group package command; do
  case " $* " in *" $group "*) ;; *) continue ;; esac
  if [ -n "$command" ] && command -v "$command" >/dev/null; then continue; fi
  status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [ "$status" = "install ok installed" ] || missing+=("$package")
done < <(grep -v '^#' packages.txt)
[ ${#missing[@]} -gt 0 ] || exit 0

sudo=()
[ "$(id -u)" = 0 ] || sudo=(sudo)

# The servers among them are only wanted as programs: their packages must not start them as services.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' | "${sudo[@]}" tee "$policy" >/dev/null
  "${sudo[@]}" chmod 755 "$policy"
  trap '"${sudo[@]}" rm -f "$policy"' EXIT
fi

echo "installing: ${missing[*]}"
"${sudo[@]}" apt-get update -q
"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
