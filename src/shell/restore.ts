/** Gives back what stood in a place before promha came, once promha's own is gone from there. */
import { begin } from './frame.ts'
import { home as usualHome } from './layout.ts'
import { command, quote } from './quote.ts'
import { touchedMark, unitBackup } from './staging.ts'
import { wayFunctions } from './way-functions.ts'

export interface RestorePlaces {
  readonly home: string
  /** What absolute paths begin at. */
  readonly root: string
}

/** What `grep` finds in a manifest that still owns what could be given back. */
const ownsPlaced = '^\\(made\\|found\\) \\(file\\|program\\|unit\\) '

/** A condition of shell: something in use on the host is promha's, or is being changed by it. */
export function ownsSomething(home: string = usualHome): string {
  return `grep -qs '${ownsPlaced}' ${quote(`${home}/state`)}/* || ls ${quote(`${home}/staging`)}/*/${touchedMark} >/dev/null 2>&1`
}

/**
 * For each component of which promha owns nothing placed any more: its backup goes back to its places with owners, modes
 * and times, and its unit is enabled and started where it was. Prints a section `given COMPONENT` with the paths and a
 * line for what was done to the unit; `failed COMPONENT` where that went wrong, and then keeps the backup.
 */
export function restoreLines(
  nonce: string,
  components: readonly string[],
  { home, root }: RestorePlaces = { home: usualHome, root: '/' },
): readonly string[] {
  if (components.length === 0) return []
  // tar lists the names, because hosts need not have `find`.
  const list = `tar --exclude=./${unitBackup} -cf - . | tar --quoting-style=literal -tf - | grep -v '/$'`
  return [
    wayFunctions,
    // The directories are those of the host: only what lay in them is in the backup.
    `give() { from=$PWD/$1 to=${quote(root === '/' ? '' : root)}/\${1#./}; make_way "\${to%/*}" && enter "\${to%/*}" && rm -rf -- "./.promha-new.\${to##*/}" && cp -dp -- "$from" "./.promha-new.\${to##*/}" && mv -fT -- "./.promha-new.\${to##*/}" "./\${to##*/}" && label "./\${to##*/}"; }`,
    ...components.flatMap(component => [
      `if cd ${quote(`${home}/backup/${component}`)} 2>/dev/null && ! ${command('grep', '-qs', ownsPlaced, `${home}/state/${component}`)}; then`,
      begin(nonce, `given ${component}`),
      `if ${list} | { all=yes; while IFS= read -r name; do (give "$name") 2>&1 && echo "/\${name#./}" || all=no; done; [ $all = yes ]; }; then`,
      `  before=; systemctl daemon-reload; [ ! -e ${unitBackup} ] || read -r before <${unitBackup}`,
      '  ok=yes',
      `  case " $before " in *' enabled '*) ${tell('enable', component)} && echo 'enabled ${unitOf(component)}' || ok=no ;; esac`,
      `  case " $before " in *' active '*) ${command('systemctl', 'reset-failed', '--', unitOf(component))} 2>/dev/null`,
      `    ${tell('start', component)} && echo 'started ${unitOf(component)}' || ok=no ;; esac`,
      // Kept if something is left to be put right: the next run gives all of it back again.
      `  if [ $ok = yes ]; then cd / && ${command('rm', '-rf', `${home}/backup/${component}`, `${home}/state/${component}`)}`,
      `  else ${begin(nonce, `failed ${component}`)}; fi`,
      `else ${begin(nonce, `failed ${component}`)}; fi`,
      'fi',
    ]),
  ]
}

/** Also where the backup has no unit: another one, of a package, may have stood behind promha's. */
function unitOf(component: string): string {
  return `${component}.service`
}

function tell(verb: 'enable' | 'start', component: string): string {
  return `${command('systemctl', verb, '--quiet', '--', unitOf(component))} 2>&1`
}
