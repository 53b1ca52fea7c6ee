# shellcheck shell=dash
# compare NAME FILE WHAT… prints NAME and the state of WHAT, a table or chain. What the file means in nft's own
# words: it is loaded in a network namespace of its own, which ends with the question. A file that is away or refused says
# nothing, so there is a difference; only a host without such networks cannot tell.
compare() {
  name=$1
  file=$2
  shift 2
  found=$(nft -s list "$@" 2>/dev/null)
  want=
  [ -z "$found" ] || want=$(unshare --net sh -c 'nft -f "$1" && shift && nft -s list "$@"' sh "$file" "$@" 2>/dev/null)
  if [ -z "$found" ]; then state=missing; elif [ "$found" = "$want" ]; then state=whole; elif unshare --net true 2>/dev/null; then state=changed; else state=unknown; fi
  echo "$name $state"
}
