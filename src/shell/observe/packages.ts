/** What a host's own system says of its packages: part of the probe. */
import type { PackageFacts } from '../../resource/observed.ts'
import { packageNotes } from '../syntax/layout.ts'
import { command, quote } from '../syntax/quote.ts'

/** Prints `manager NAME`, `installed NAME VERSION`, `ours NAME` (promha installed it), `unfinished NAME` (it was cut off). */
export function packageQuestion(names: readonly string[]): string {
  const has = (program: string) => `command -v ${program} >/dev/null 2>&1`
  // dpkg has an entry also for what was removed and left its config, or was never quite installed.
  const status = "'${db:Status-Status} ${Package} ${Version}\\n'"
  const query = `'installed %{NAME} %{VERSION}-%{RELEASE}\\n'`
  return [
    `if ${has('dpkg-query')}; then if ${has('apt-get')}; then echo 'manager apt'; fi; dpkg-query -W -f=${status} -- ${command(...names)} 2>/dev/null`,
    `elif ${has('rpm')}; then if ${has('dnf')}; then echo 'manager dnf'; fi; rpm -q --qf ${query} -- ${command(...names)} 2>/dev/null; fi`,
    `for f in ${quote(packageNotes)}/*; do if [ -f "$f" ]; then echo "ours \${f##*/}"; fi; done`,
    `for f in ${quote(packageNotes)}/.installing.*; do if [ -f "$f" ]; then echo "unfinished \${f##*/.installing.}"; fi; done`,
  ].join('\n')
}

export function parsePackageFacts(lines: readonly string[]): PackageFacts {
  const found = lines.map(line => line.split(' '))
  const of = (word: string) => found.filter(([first]) => first === word)
  const manager = of('manager')[0]?.[1]
  const unfinished = new Set(of('unfinished').map(([, name]) => name))
  const installed = of('installed').filter(([, name]) => !unfinished.has(name))
  return {
    ...(manager === 'apt' || manager === 'dnf' ? { manager } : {}),
    installed: new Map(installed.map(([, name = '', version = '']) => [name, version])),
    ours: new Set(of('ours').map(([, name = '']) => name)),
  }
}
