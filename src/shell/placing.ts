/** Puts files in place by renames, and takes them away, for the change program: the shell of each step. */
import { type ChangeRequest, type KeptFile, placedPaths, type StagedFile } from './change-request.ts'
import { newName, oldName } from './layout.ts'
import { octal, ownerWord } from './own.ts'
import { command, quote } from './quote.ts'
import { placingMark, stagingOf } from './staging.ts'
import { enter, parted } from './way.ts'

/** To the staging directory again, which all marks are relative to. */
export function back({ component }: ChangeRequest): string {
  return command('cd', stagingOf(component))
}

/** Old ones of coreutils write everything to the disks instead, which is as good. */
export function flushed(paths: readonly string[]): string {
  return `${command('sync', '--', ...paths)} 2>/dev/null || sync`
}

/** No name of an earlier change is left beside what is about to be put in place, so that the way back finds this one's only. */
export function begun(request: ChangeRequest): string[] {
  const clear = (path: string) => [
    enter(parted(path).directory),
    command('rm', '-rf', '--', parted(oldName(path)).name),
  ]
  return [
    ...placedPaths(request).flatMap(clear),
    ...request.removed.flatMap(path => [
      `if [ -d ${quote(parted(path).directory)} ]; then`,
      ...clear(path),
      'fi',
    ]),
    back(request),
    `: >${placingMark}`,
    flushed([placingMark, '.']),
  ]
}

export function freshName(path: string): string {
  return parted(newName(path)).name
}

/** A fresh file beside the place; `source` is absolute. */
export function lay({ path }: StagedFile, source: string): string[] {
  return [enter(parted(path).directory), command('lay', source, freshName(path))]
}

/** A copy with the same content and times. What was looked at may have been exchanged since, so it is hashed. */
export function layKept({ path, kept }: KeptFile): string[] {
  const { directory, name } = parted(path)
  const fresh = freshName(path)
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
export function put(file: StagedFile): string[] {
  const { directory, name } = parted(file.path)
  const fresh = freshName(file.path)
  const there = quote(name)
  const owned = [
    command('chown', '-h', ownerWord(file), fresh),
    command('chmod', octal(file.mode), fresh),
    command('label', fresh),
  ]
  return [
    enter(directory),
    `if [ -e ${there} ] || [ -L ${there} ]; then ${command('ln', '--', name, parted(oldName(file.path)).name)}; fi`,
    ...owned,
    command('mv', '-fT', '--', fresh, name),
  ]
}

export function takeAway(path: string): string[] {
  const { directory, name } = parted(path)
  const there = quote(name)
  const away = command('mv', '-fT', '--', name, parted(oldName(path)).name)
  return [
    `if [ -e ${quote(path)} ] || [ -L ${quote(path)} ]; then`,
    enter(directory),
    `if [ -e ${there} ] || [ -L ${there} ]; then ${away}; fi`,
    'fi',
  ]
}
