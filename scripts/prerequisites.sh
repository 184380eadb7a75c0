#!/usr/bin/env bash
# Finds the outside clients that the tests run (curl, Python with requests, kubectl, what a browser needs), and installs those
# that are missing from the system's packages where it may: on Debian and its kin, as root or with sudo without a password.
# Prints one line for each that is still missing, and exits 1 then. Nothing else on the machine is changed.
# `prerequisites.sh screenshots` finds what the pictures of the console need instead.
set -u
for=${1:-tests}

python_with_requests() {
  for python in "${PYTHON:-python3}" python3 /usr/bin/python3; do
    "$python" -c 'import requests' >/dev/null 2>&1 && return 0
  done
  return 1
}

# need: what to look for | how | Debian package
needs() {
  if [ "$for" = screenshots ]; then
    cat <<'LIST'
libnss3 (for the browser)|ldconfig -p | grep -q libnss3.so|libnss3
fontconfig|command -v fc-list|fontconfig
the font DejaVu Sans|fc-list 'DejaVu Sans' family | grep -q .|fonts-dejavu-core
a font for Chinese|fc-list :lang=zh family | grep -q .|fonts-wqy-microhei
LIST
    return
  fi
  cat <<'LIST'
curl|command -v curl|curl
Python with requests|python_with_requests|python3-requests
kubectl|command -v kubectl|kubernetes-client
libnss3 (for the browser)|ldconfig -p | grep -q libnss3.so|libnss3
a registry of images|docker_registry|docker-registry
LIST
}

# Unpacked beside the modules and not installed: Debian's package would start a service. test/registry looks there too.
registry_folder=node_modules/.cache/drover/docker-registry
docker_registry() {
  [ -x /usr/bin/docker-registry ] || [ -x "$registry_folder/usr/bin/docker-registry" ]
}
unpack_docker_registry() {
  mkdir -p "$registry_folder" && (
    cd "$registry_folder" && apt-get download docker-registry && dpkg -x docker-registry_*.deb . && rm docker-registry_*.deb
  ) >/dev/null 2>&1
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
case $lacking in *docker-registry*)
  unpack_docker_registry
  lacking=$(missing)
  [ -n "$lacking" ] || exit 0 ;;
esac

as_root=
[ "$(id -u)" = 0 ] || as_root='sudo -n'
if command -v apt-get >/dev/null && { [ -z "$as_root" ] || $as_root true 2>/dev/null; }; then
  packages=$(printf '%s\n' "$lacking" | cut -d'|' -f2 | grep -vx docker-registry)
  echo "Getting with apt-get:" $(printf '%s\n' "$lacking" | cut -d'|' -f2)
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086 # package names are words
  { $as_root apt-get update && $as_root apt-get install -y --no-install-recommends $packages; } >/dev/null 2>&1 ||
    echo "apt-get could not install them all"
  case $lacking in *docker-registry*) unpack_docker_registry ;; esac
fi

lacking=$(missing)
[ -n "$lacking" ] || exit 0
printf '%s\n' "$lacking" | while IFS='|' read -r name package; do
  echo "missing: $name (Debian's package $package)"
done
exit 1
