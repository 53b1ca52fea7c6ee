/** Puts what lies beside a place into it by renames, takes it away, and puts back what was there: the shell of each step. */
import { newName, oldName, storeDirectory } from './layout.ts'
import { type OwnedPath, octal, ownerWord } from './own.ts'
import { command, quote } from './quote.ts'
import { enter, parted } from './way.ts'

/** Old ones of coreutils write everything to the disks instead, which is as good. */
export function flushFiles(paths: readonly string[]): string {
  return `${command('sync', '--', ...paths)} 2>/dev/null || sync`
}

export function stagedName(path: string): string {
  return parted(newName(path)).name
}

/** A fresh file beside the place; `source` is absolute. */
export function lay(path: string, source: string): string[] {
  return [enter(parted(path).directory), command('lay', source, stagedName(path))]
}

/** A copy with the same content and times. What was looked at may have been exchanged since, so it is hashed. */
export function layKept(path: string, kept: string): string[] {
  const { directory, name } = parted(path)
  const fresh = stagedName(path)
  const changed = `${path} changed meanwhile`
  return [
    enter(directory),
    `[ -f ${quote(name)} ] && [ ! -L ${quote(name)} ] || { echo ${quote(changed)} >&2; exit 1; }`,
    command('lay', name, fresh),
    `[ "$(sha256sum <${quote(fresh)})" = '${kept}  -' ] || { rm -f ${quote(fresh)}; echo ${quote(changed)} >&2; exit 1; }`,
    command('touch', '-r', name, fresh),
  ]
}

/** The old one stays as a second link until the gate has passed: going back is a rename, and needs no room. */
export function put(place: OwnedPath): string[] {
  const { directory, name } = parted(place.path)
  const fresh = stagedName(place.path)
  return [
    enter(directory),
    ifThere(name, command('ln', '--', name, parted(oldName(place.path)).name)),
    command('chown', '-h', ownerWord(place), fresh),
    command('chmod', octal(place.mode), fresh),
    command('label', fresh),
    command('mv', '-fT', '--', fresh, name),
  ]
}

/** Whatever it is, it waits under its old name. */
export function takeAway(path: string): string[] {
  return [
    `if [ -e ${quote(path)} ] || [ -L ${quote(path)} ]; then`,
    enter(parted(path).directory),
    putAside(path),
    'fi',
  ]
}

/** In the directory of the place. */
export function putAside(path: string): string {
  const { name } = parted(path)
  return ifThere(name, command('mv', '-fT', '--', name, parted(oldName(path)).name))
}

function ifThere(name: string, then: string): string {
  return `if [ -e ${quote(name)} ] || [ -L ${quote(name)} ]; then ${then}; fi`
}

/** back DIRECTORY NAME OLDNAME NEWNAME EXISTED -f|-rf, for {@link putBack}. If both names are one file, a rename would leave both. */
export const putBackFunction = `back() {
  if [ ! -d "$1" ]; then [ "$5" = no ] || failed=1; return; fi
  enter "$1" || { failed=1; return; }
  rm -rf -- "$4"
  if [ -e "$3" ] || [ -L "$3" ]; then
    if [ "$3" -ef "$2" ]; then rm -f -- "$3"
    else [ $6 = -f ] || rm -rf -- "$2"; mv -fT -- "$3" "$2" || failed=1; fi
  elif [ "$5" = no ]; then rm $6 -- "$2" || failed=1; fi
}`

/** `remove`: of what was put there, all that is in it as well. */
export function putBack(path: string, existed: boolean, remove: '-f' | '-rf' = '-f'): string {
  const { directory, name } = parted(path)
  const [old, fresh] = [parted(oldName(path)).name, parted(newName(path)).name]
  return command('back', directory, name, old, fresh, existed ? 'yes' : 'no', remove)
}

/** Gives an object of the store a second name, or a copy where that is on another file system. */
export function linkStored(hash: string, to: string): string {
  const object = `${storeDirectory}/${hash}`
  return `${command('ln', '--', object, to)} 2>/dev/null || ${command('cp', '--', object, to)}`
}
