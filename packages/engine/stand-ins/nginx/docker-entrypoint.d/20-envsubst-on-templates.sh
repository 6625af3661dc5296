#!/bin/sh
# Writes /etc/nginx/conf.d/<name> from /etc/nginx/templates/<name>.template, replacing variables that are set.
set -e
templates=${NGINX_ENVSUBST_TEMPLATE_DIR:-/etc/nginx/templates}
suffix=${NGINX_ENVSUBST_TEMPLATE_SUFFIX:-.template}
output=${NGINX_ENVSUBST_OUTPUT_DIR:-/etc/nginx/conf.d}
[ -d "$templates" ] || exit 0
if [ ! -w "$output" ]; then
  echo "20-envsubst-on-templates.sh: $templates exists, but $output is not writable" >&2
  exit 0
fi
names=$(env | sed -n "s/^\(${NGINX_ENVSUBST_FILTER:-}[A-Za-z0-9_]*\)=.*/\${\1}/p" | tr '\n' ' ')
find "$templates" -follow -type f -name "*$suffix" | while read -r template; do
  relative=${template#"$templates/"}
  mkdir -p "$output/$(dirname "$relative")"
  envsubst "$names" <"$template" >"$output/${relative%"$suffix"}"
done
