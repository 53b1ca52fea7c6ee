/** Gives back what stood in a place before promha came, once promha's own is gone from there. */
import { casePattern } from '../../resource/unit-state.ts'
import { diagnoseLines, journalLines } from '../host/diagnose.ts'
import { begin } from '../syntax/frame.ts'
import { home as usualHome } from '../syntax/layout.ts'
import { command, quote, variables } from '../syntax/quote.ts'
import { staticShell } from '../syntax/static.ts'
import { wayFunctions } from '../syntax/way.ts'
import { directoryNotes, marks, ownerFormat, unitBackup } from './staging.ts'

export interface RestorePlaces {
  readonly home: string
  /** What absolute paths begin at. */
  readonly root: string
}

/** What `grep` finds in a manifest that still owns what could be given back. */
const ownsPlaced = '^\\(made\\|found\\) \\(file\\|program\\|unit\\) '

/** A condition of shell: something in use on the host is promha's, or is being changed by it. */
export function ownsSomething(home: string = usualHome): string {
  return `grep -qs '${ownsPlaced}' ${quote(`${home}/state`)}/* || ls ${quote(`${home}/staging`)}/*/${marks.touched} >/dev/null 2>&1`
}

/** Looks at a unit that was started again, one second apart: what fails by its config or its command does so at once. */
const [looksUp, mostLooks] = [4, 60]

/** The name of a component's sections of {@link diagnoseLines}, behind theirs. */
export function downOf(component: string): string {
  return ` ${component}`
}

/** Shell functions, which need those of `way.ts`. */
const functions = (root: string) => [
  variables({ root, unit_note: unitBackup, notes: directoryNotes, owner_format: ownerFormat }),
  staticShell('change/restore.sh'),
  // UNIT: it is active, and stays so.
  'stays_up() {',
  '  up=0 looks=0',
  `  while [ $looks -lt ${mostLooks} ]; do`,
  `    looks=$((looks + 1)); seen=$(systemctl show -p ActiveState,NRestarts -- "$1")`,
  '    case $seen in',
  '      *NRestarts=[1-9]*) return 1 ;;',
  `      ${casePattern('runs')}) up=$((up + 1)); [ $up -lt ${looksUp} ] || return 0 ;;`,
  `      ${casePattern('starts')}) up=0 ;;`,
  '      *) return 1 ;;',
  '    esac',
  '    sleep 1',
  '  done',
  '  return 1',
  '}',
]

/**
 * For each component of which promha owns nothing placed any more: its backup goes back to its places with owners, modes
 * and times, directories get back the owner and mode that they had, and its unit is enabled and started where it was.
 * Prints a section `given COMPONENT` with the paths, `directory PATH`, and a line for what was done to the unit. `failed
 * COMPONENT` where that went wrong, and then the backup is kept; `down COMPONENT` and the sections of {@link
 * diagnoseLines} where the unit does not run as it did: of the backup only the note of that is kept.
 */
export function restoreLines(
  nonce: string,
  components: readonly string[],
  { home, root }: RestorePlaces = { home: usualHome, root: '/' },
): readonly string[] {
  if (components.length === 0) return []
  return [
    wayFunctions,
    ...functions(root === '/' ? '' : root),
    ...components.flatMap(component => [
      `if cd ${quote(`${home}/backup/${component}`)} 2>/dev/null && ! ${command('grep', '-qs', ownsPlaced, `${home}/state/${component}`)}; then`,
      begin(nonce, `given ${component}`),
      'if files && owners; then',
      `  before=; systemctl daemon-reload; [ ! -e ${unitBackup} ] || read -r before <${unitBackup}`,
      '  ok=yes runs=yes',
      `  case " $before " in *' enabled '*) ${tell('enable', component)} && ${command('echo', `enabled ${givenUnit(component)}`)} || ok=no ;; esac`,
      `  case " $before " in *' active '*) ${command('systemctl', 'reset-failed', '--', givenUnit(component))} 2>/dev/null; since=$(date +%s)`,
      `    if ${tell('start', component)} && ${command('stays_up', givenUnit(component))}; then ${command('echo', `started ${givenUnit(component)}`)}; else runs=no; fi ;; esac`,
      ...ending(nonce, component, home),
      `else ${begin(nonce, `failed ${component}`)}; fi`,
      'fi',
    ]),
  ]
}

/** Kept where something is left to be done: the next run gives all of it back again, or starts the unit again. */
function ending(nonce: string, component: string, home: string): readonly string[] {
  const [backup, state] = [quote(`${home}/backup/${component}`), quote(`${home}/state/${component}`)]
  return [
    `  if [ $ok = yes ]; then`,
    // Only owners and modes were given back, so what promha made is still its own.
    `    if [ -e ${unitBackup} ] || ! grep -qs '^made data ' ${state}; then rm -f ${state}; fi`,
    `    if [ $runs = yes ]; then cd / && rm -rf ${backup}`,
    `    else rm -f ${directoryNotes}; ${begin(nonce, `down ${component}`)}`,
    ...diagnoseLines(nonce, givenUnit(component), { lines: journalLines, since: 'noted' }, downOf(component)),
    '    fi',
    `  else ${begin(nonce, `failed ${component}`)}; fi`,
  ]
}

/** Also where the backup has no unit: another one, of a package, may have stood behind promha's. */
export function givenUnit(component: string): string {
  return `${component}.service`
}

function tell(verb: 'enable' | 'start', component: string): string {
  return `${command('systemctl', verb, '--quiet', '--', givenUnit(component))} 2>&1`
}
