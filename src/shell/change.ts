/**
 * The change program of one instance: everything is staged and checked first, then put in place by renames, then the
 * service is told. Contents come over stdin, so this text holds only names and may be seen in a process list.
 */
import type { BundleCheck, DirectoryResource, UserResource } from '../resource/model.ts'
import { begin, preamble } from './frame.ts'
import { keptStamp, newName, oldName, runMark, stagingOf, stampOf, toldMark, touchedMark } from './layout.ts'
import { command, quote } from './quote.ts'

/** A file to be put in place; only its size is known here. */
export interface StagedFile {
  /** As in the JSON document. */
  readonly resource: string
  readonly path: string
  readonly owner: string
  readonly group: string
  readonly mode: number
}

export interface ChangeRequest {
  readonly component: string
  readonly unit: string
  readonly users: readonly UserResource[]
  readonly directories: readonly DirectoryResource[]
  /** What comes over stdin, in this order: bytes and where they are staged, relative to the staging directory. */
  readonly stream: readonly { readonly name: string; readonly size: number }[]
  /** Run with the staged bundle as working directory. `program` is the staged one where it is to be replaced. */
  readonly checks: readonly BundleCheck[]
  /** The Nth is staged as `files/N`. */
  readonly files: readonly StagedFile[]
  /** Pushed before to their new names. */
  readonly programs: readonly StagedFile[]
  /** Only an owner or a mode is put right. */
  readonly modes: readonly StagedFile[]
  readonly daemonReload: boolean
  readonly enable: boolean
  readonly action: 'start' | 'restart' | 'reload' | 'none'
}

/** A check's step is called so, with the check's number behind it. */
export const checkStep = 'check '

/** Prints a section for each step that it begins; the last one begun is the one that failed, `end` that none did. */
export function changeScript(nonce: string, request: ChangeRequest): string {
  const stage = quote(stagingOf(request.component))
  const lines = [
    preamble,
    'set -e',
    'label() { if command -v restorecon >/dev/null 2>&1; then restorecon "$1" || :; fi; }',
    begin(nonce, 'staging'),
    `rm -rf ${stage}; mkdir -p ${stage}/files; cd ${stage}; echo ${quote(nonce)} >${runMark}`,
    command('rm', '-f', '--', ...placed(request).map(file => oldName(file.path))),
    ...receive(nonce, request),
  ]
  for (const user of request.users) lines.push(begin(nonce, `user:${user.name}`), addUser(user))
  for (const directory of request.directories) {
    lines.push(
      begin(nonce, `directory:${directory.path}`),
      `mkdir -p ${quote(directory.path)}`,
      own(directory, directory.path),
    )
  }
  request.checks.forEach((check, index) => {
    lines.push(begin(nonce, `${checkStep}${index}`), runCheck(request, check))
  })
  lines.push(`: >${touchedMark}`, ...doubt(request))
  request.files.forEach((file, index) => {
    lines.push(begin(nonce, file.resource), command('cp', `files/${index}`, newName(file.path)), ...put(file))
  })
  for (const program of request.programs) lines.push(begin(nonce, program.resource), ...put(program))
  for (const file of request.modes) lines.push(begin(nonce, file.resource), own(file, file.path))
  lines.push(begin(nonce, `service:${request.unit}`))
  if (request.daemonReload) lines.push('systemctl daemon-reload')
  if (request.enable) lines.push(`${command('systemctl', 'enable', '--quiet', '--', request.unit)}`)
  if (request.action !== 'none') {
    lines.push(`${command('systemctl', 'reset-failed', '--', request.unit)} 2>/dev/null || :`)
    lines.push(begin(nonce, 'clock'), 'date +%s', begin(nonce, request.action), `: >${toldMark}`)
    lines.push(command('systemctl', request.action, '--', request.unit))
  }
  lines.push(begin(nonce, 'end'))
  return lines.join('\n')
}

/** `head -c` takes no byte more than it is asked for; the nonce at the end proves that nothing was cut off. */
function receive(nonce: string, request: ChangeRequest): string[] {
  const folders = new Set(request.stream.map(part => part.name.replace(/\/[^/]*$/, '')))
  return [
    ...[...folders].map(folder => command('mkdir', '-p', '--', folder)),
    ...request.stream.map(part => `head -c ${part.size} >${quote(part.name)}`),
    `read -r last; [ "$last" = ${quote(nonce)} ] || { echo 'the transfer was cut short' >&2; exit 1; }`,
  ]
}

function addUser(user: UserResource): string {
  const words = [
    'useradd',
    '--system',
    '--home-dir',
    user.home,
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
  ]
  const exists = `${command('getent', 'passwd', user.name)} >/dev/null`
  const group = `${command('getent', 'group', user.name)} >/dev/null`
  return `${exists} || if ${group}; then ${command(...words, '--gid', user.name, user.name)}; else ${command(...words, '--user-group', user.name)}; fi`
}

function own(wanted: Omit<DirectoryResource, 'kind' | 'path'>, path: string): string {
  return `${command('chown', `${wanted.owner}:${wanted.group}`, path)}; ${command('chmod', octal(wanted.mode), path)}; label ${quote(path)}`
}

function runCheck(request: ChangeRequest, check: BundleCheck): string {
  const replaced = request.programs.some(program => program.path === check.program)
  const program = replaced ? newName(check.program) : check.program
  return `(mkdir -p ${quote(bundleDirectory(check))}; cd ${quote(bundleDirectory(check))}; ${command(program, ...check.args)}) 2>&1`
}

/** Where the whole bundle of a check is staged, relative to the staging directory. */
export function bundleDirectory(check: BundleCheck): string {
  return `bundle${check.root}`
}

/**
 * Until a gate has passed nobody knows what the service runs: a run that is killed in between must not find the stamp
 * of what lies on the disk by then.
 */
function doubt({ action, component }: ChangeRequest): string[] {
  if (action === 'none') return []
  const stamp = stampOf(component)
  const fresh = quote(`${stamp}.new`)
  const part = action === 'reload' ? 'reload' : 'restart'
  return [
    `if [ -e ${quote(stamp)} ]; then cp ${quote(stamp)} ${keptStamp}; sed 's/${part}=[^ ]*/${part}=changing/' ${keptStamp} >${fresh}; mv -f ${fresh} ${quote(stamp)}; fi`,
  ]
}

/** The old one stays as a second link until the gate has passed: going back is a rename, and needs no room. */
function put(file: StagedFile): string[] {
  const fresh = newName(file.path)
  const path = quote(file.path)
  return [
    `if [ -e ${path} ] || [ -L ${path} ]; then ${command('ln', file.path, oldName(file.path))}; fi`,
    own(file, fresh),
    command('mv', '-fT', fresh, file.path),
  ]
}

/** Everything that is put in place by a rename. */
export function placed(request: Pick<ChangeRequest, 'files' | 'programs'>): readonly StagedFile[] {
  return [...request.files, ...request.programs]
}

export function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0')
}
