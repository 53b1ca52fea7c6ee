# shellcheck shell=dash disable=SC2154 # most_of_tree is set before.
# A directory that is one thing.
# tree_hash DIR prints the SHA-256 over a sorted list of all that is in it, also where `set -e` is on, in which each
# thing has its type, mode and owner, a file its SHA-256 and a link its target. Opens nothing but plain files, and
# follows no link. most_of_tree: names that it looks at.
tree_list() {
  cd -P -- "$1" || exit 1
  set -- .; count=0
  while [ $# -gt 0 ]; do
    dir=$1; shift
    stat -c '%f %u %g %n' -- "$dir"/* "$dir"/.[!.]* "$dir"/..?* 2>/dev/null || :
    (set --; for each in "$dir"/* "$dir"/.[!.]* "$dir"/..?*; do
      if [ -f "$each" ] && [ ! -L "$each" ]; then set -- "$@" "$each"; fi
      [ $# -lt 200 ] || { sha256sum -- "$@"; set --; }
    done; [ $# = 0 ] || sha256sum -- "$@")
    for each in "$dir"/* "$dir"/.[!.]* "$dir"/..?*; do
      # A pattern that matches nothing is left as it is.
      [ -e "$each" ] || [ -L "$each" ] || continue
      count=$((count + 1)); [ $count -le "$most_of_tree" ] || { echo 'more than a tree may have'; return; }
      if [ -L "$each" ]; then echo "-> $(readlink -- "$each") $each"
      elif [ -d "$each" ]; then set -- "$@" "$each"; fi
    done
  done
}
tree_hash() { hash=$( (tree_list "$1") | sort | sha256sum) && echo "${hash%% *}"; }
# FRESH: unpacks a stream into that new directory of the working directory; fails if it was cut short.
unpack() (
  umask 022; mkdir -- "$1" && cd -- "$1" && chown 0:0 . && chmod u=rwx,go=rx,g-s . || exit 1
  while IFS= read -r line; do
    kind=${line%% *} line=${line#* }
    case $kind in
      d) mkdir -- "./$line" ;;
      l) IFS= read -r target && ln -s -- "$target" "./$line" ;;
      f | x) name=./${line#* }; head -c "${line%% *}" >"$name" && { [ "$kind" = f ] || chmod 0755 "$name"; } ;;
      end) exit 0 ;;
      *) exit 1 ;;
    esac || exit 1
  done
  echo 'the transfer was cut short' >&2; exit 1
)
