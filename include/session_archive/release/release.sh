#!/bin/sh
# Deletes files of @PLACE@ that are in the archive; written by session-archive (releasable), @GIVEN@.
#
#   sh THIS_FILE [--root FOLDER]            says what it would delete, and deletes nothing
#   sh THIS_FILE [--root FOLDER] --delete   deletes; not after @EXPIRES_IN_WORDS@
#
# Of each data set, every file must have the size and time that it had when it was compared with the archive; else the
# whole data set is left. Files are moved into FOLDER/.session-archive/released/ first, looked at again, and then removed.
# Its log, release-@ID@.log in the folder where you run it, is read back by `session-archive releasable --log`.
set -u
id='@ID@' root=@ROOT@ delete=no
while [ $# -gt 0 ]; do
  case $1 in
    --root) [ $# -gt 1 ] || { echo "--root: expected a folder" >&2; exit 2; }; root=$2; shift ;;
    --delete) delete=yes ;;
    *) echo "unknown argument: $1; expected --root FOLDER or --delete" >&2; exit 2 ;;
  esac
  shift
done
[ -n "$root" ] || { echo "expected --root and the folder that is the root of @PLACE@" >&2; exit 2; }
[ -d "$root" ] || { echo "$root is not a folder; expected the root of @PLACE@" >&2; exit 2; }
if [ "$(date +%s)" -ge @EXPIRES@ ]; then
  echo "this list ended @EXPIRES_IN_WORDS@; run session-archive releasable again" >&2
  exit 2
fi
tab=$(printf '\t')
log="$PWD/release-$id.log" aside="$root/.session-archive/released/$id" left=0
list=$(mktemp -d) || exit 2
trap 'rm -rf "$list"' EXIT
trap 'exit 1' HUP INT TERM

# size and time of a file, as in the list; nothing for what is no plain file
seen() {
  [ -f "$1" ] && [ ! -L "$1" ] || return 0
  stat -c "%s$tab%Y" -- "$1" 2>/dev/null || stat -f "%z$tab%m" -- "$1" 2>/dev/null
}

say() {
  printf '%s\n' "$1"
  [ "$delete" = no ] || printf '%s\n' "$1" >>"$log" || exit 1
}

# leave DATA_SET PATH WHY
leave() {
  left=1
  say "left$tab$1$tab$2$tab$3"
}

one_data_set() {
  name=$1 files=$2 whole=yes
  while IFS=$tab read -r size time path; do
    if [ "$(seen "$root/$path")" != "$size$tab$time" ]; then
      leave "$name" "$path" "it is not as it was when it was compared; nothing of this data set is deleted"
      whole=no
      break
    fi
  done <"$files"
  [ "$whole" = yes ] || return 0
  while IFS=$tab read -r size time path; do
    if [ "$delete" = no ]; then
      printf '%s\n' "would delete$tab$name$tab$path"
      continue
    fi
    if [ -e "$aside/$path" ] || ! mkdir -p -- "$(dirname -- "$aside/$path")" || ! mv -- "$root/$path" "$aside/$path"; then
      leave "$name" "$path" "it could not be moved aside"
    elif [ "$(seen "$aside/$path")" != "$size$tab$time" ]; then
      leave "$name" "$path" "it changed while it was moved aside, and is in $aside now"
    elif rm -- "$aside/$path"; then
      say "removed$tab$name$tab$path"
    else
      leave "$name" "$path" "it could not be removed, and is in $aside now"
    fi
  done <"$files"
}

[ "$delete" = no ] || [ -s "$log" ] || printf '%s\n' "session-archive release list$tab$id" >"$log" || exit 1
cat >"$list/all" <<'@MARK@'
@FILES@
@MARK@
: >"$list/files"
name=
while IFS= read -r line; do
  case $line in
    "data set$tab"*)
      [ -z "$name" ] || one_data_set "$name" "$list/files"
      name=${line#"data set$tab"}
      : >"$list/files"
      ;;
    *) printf '%s\n' "$line" >>"$list/files" ;;
  esac
done <"$list/all"
[ -z "$name" ] || one_data_set "$name" "$list/files"
[ "$delete" = no ] || find "$aside" -depth -type d -exec rmdir -- {} + 2>/dev/null
[ "$delete" = no ] || printf 'end\n' >>"$log"
if [ "$delete" = no ]; then
  echo "nothing was deleted; add --delete to delete"
else
  echo "done; now: session-archive releasable --log $log"
fi
exit $left
