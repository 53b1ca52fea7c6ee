/** References of a config that nobody expands, and variables that Grafana puts in itself and does not have. */
import type { Problem } from '../../../src/diagnostic/problem.ts'
import { secretProblem } from '../../../src/inventory/secret/messages.ts'
import { grafanaProblem } from '../messages.ts'
import type { PlaceOf } from './checked-ini.ts'
import type { Ini } from './ini.ts'

type Variables = Readonly<Record<string, unknown>> | null | undefined

/** What Grafana's own environment is made of. */
export interface Surroundings {
  readonly environment?: Variables
  readonly per_host?: Readonly<Record<string, { readonly environment?: Variables } | null>> | null | undefined
}

/** `${NAME}` and `$__env{NAME}`, as Grafana looks for them. */
const variables = /\$(?:__env)?\{([^}]{1,300})\}/g
const reference = /^(env|file|cmd):/
/** Grafana knows its host's name, and systemd says the others. */
const alwaysThere: readonly string[] = ['HOSTNAME', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'PATH', 'LANG']
/** Empty ones let everybody in. */
const doors: readonly string[] = ['admin_password', 'secret_key']

export function checkReferences(
  { settings }: Pick<Ini, 'settings'>,
  { environment, per_host }: Surroundings,
  placeOf: PlaceOf,
  problems: Problem[],
): void {
  const all = [environment, ...Object.values(per_host ?? {}).map(words => words?.environment)]
  const known = new Set([...alwaysThere, ...all.flatMap(one => namesIn(one))])
  for (const { section, key, value, line } of settings)
    for (const [, variable = ''] of value.matchAll(variables)) {
      if (known.has(variable)) continue
      const { where, at } = placeOf(line)
      const kind = reference.exec(variable)?.[0]
      const the = { key, at, variable: shownName(variable, kind) }
      if (section === 'security' && doors.includes(key))
        problems.push(grafanaProblem.variableOfSecret(where, the, kind !== undefined))
      else if (kind === undefined) problems.push(grafanaProblem.variable(where, the))
      else problems.push(secretProblem.fileNotExpanded(where, `\${${kind}…}`, false, true))
    }
}

function namesIn(said: Variables): readonly string[] {
  return Object.entries(said ?? {}).flatMap(([name, value]) => (value === '' || value === null ? [] : [name]))
}

/** What is no name of a variable may be a part of a password. */
function shownName(variable: string, kind = ''): string {
  return /^[A-Z][A-Z0-9_]{0,63}$/.test(variable) ? variable : `${kind}…`
}
