# shellcheck shell=dash disable=SC2154 # restoreLines sets what is not set here; way.sh has the other functions.
# These stand in the backup.
# ./NAME: the directories are those of the host: only what lay in them is in the backup.
give() {
  from=$PWD/$1 to=$root/${1#./}
  fresh=./.promha-new.${to##*/}
  make_way "${to%/*}" && enter "${to%/*}" && rm -rf -- "$fresh" && cp -dp -- "$from" "$fresh" && mv -fT -- "$fresh" "./${to##*/}" && label "./${to##*/}"
}
# tar lists the names, because hosts need not have `find`. Once all are in their places they leave the backup: a
# directory that goes back to somebody else is closed to the next run.
files() {
  tar "--exclude=./$unit_note" "--exclude=./$notes" -cf - . | tar --quoting-style=literal -tf - | grep -v '/$' | {
    all=yes; while IFS= read -r name; do (give "$name") 2>&1 && echo "/${name#./}" || all=no; done; [ $all = yes ]
  } && for each in ./* ./.[!.]*; do case $each in "./$unit_note" | "./$notes") ;; *) rm -rf -- "$each" ;; esac; done
}
# SERVICE UID:GID MODE PATH. What is not there any more is not made for that.
give_directory() {
  to=$root$4; [ -d "$to/" ] || return 0
  [ "$(stat -c "$owner_format" -- "$to/")" != "$2 $3" ] || return 0
  service=${1#-}; serve "$service"; give_owner "$to" "$2" "$3" || return 1
  now=$(stat -c "$owner_format" -- "$to/"); [ "$now" = "$2 $3" ] || { echo "$to has owner, group and mode $now, and had $2 $3"; return 1; }
  echo "directory $4"
}
# What lies deeper first: above, the directory may go back to somebody else.
owners() {
  [ ! -f "$notes" ] || sort -r -k 4 "$notes" |
    { all=yes; while read -r who whose mode path; do (give_directory "$who" "$whose" "$mode" "$path") 2>&1 || all=no; done; [ $all = yes ]; }
}
