#!/usr/bin/env bash
# Finds the outside clients that the tests run (curl, Python with requests, kubectl, what a browser needs), and installs those
# that are missing from the system's packages where it may: on Debian and its kin, as root or with sudo without a password.
# Prints one line for each that is still missing, and exits 1 then. Nothing else on the machine is changed.
set -u

python_with_requests() {
  for python in "${PYTHON:-python3}" python3 /usr/bin/python3; do
    "$python" -c 'import requests' >/dev/null 2>&1 && return 0
  done
  return 1
}

# need: what to look for | how | Debian package
needs() {
  cat <<'LIST'
curl|command -v curl|curl
Python with requests|python_with_requests|python3-requests
kubectl|command -v kubectl|kubernetes-client
libnss3 (for the browser)|ldconfig -p | grep -q libnss3.so|libnss3
LIST
}

missing() {
  needs | while IFS= read -r line; do
    name=${line%%|*} package=${line##*|} look=${line#*|}
    look=${look%|*}
    eval "$look" >/dev/null 2>&1 || printf '%s|%s\n' "$name" "$package"
  done
}

lacking=$(missing)
[ -n "$lacking" ] || exit 0

as_root=
[ "$(id -u)" = 0 ] || as_root='sudo -n'
if command -v apt-get >/dev/null && { [ -z "$as_root" ] || $as_root true 2>/dev/null; }; then
  packages=$(printf '%s\n' "$lacking" | cut -d'|' -f2)
  echo "Installing with apt-get:" $packages
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086 # package names are words
  { $as_root apt-get update && $as_root apt-get install -y --no-install-recommends $packages; } >/dev/null 2>&1 ||
    echo "apt-get could not install them all"
fi

lacking=$(missing)
[ -n "$lacking" ] || exit 0
printf '%s\n' "$lacking" | while IFS='|' read -r name package; do
  echo "missing: $name (Debian's package $package)"
done
exit 1
