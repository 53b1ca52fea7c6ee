/** Variables in external labels: Prometheus takes them from the environment of its unit, which promha writes. */
import type { Problem } from '../../diagnostic/problem.ts'
import type { Cell } from '../../inventory/model.ts'
import { reference } from '../../inventory/secret/unexpanded.ts'
import { at, memberPlace } from '../../inventory/text/place.ts'
import { written } from '../../inventory/text/source-text.ts'
import { topologyProblem } from '../messages.ts'

/** What the unit sets, and what systemd sets for every unit with a user. */
const known: ReadonlySet<string> = new Set(
  'REPLICA PATH LANG HOME LOGNAME USER SHELL INVOCATION_ID JOURNAL_STREAM SYSTEMD_EXEC_PID'.split(' '),
)

/** `$$` is a dollar. Names have the form of Go's os.Expand. */
const variable = /\$(?:(\$)|\{([^}]*)\}|([A-Za-z_]\w*|[\d*#@!?-]))/g

/** Reports variables that are not set: Prometheus replaces them by an empty text. */
export function checkLabelVariables({ prometheus }: Cell, problems: Problem[]): void {
  const labels = prometheus?.externalLabels ?? {}
  for (const [label, value] of Object.entries(labels)) {
    const place = memberPlace(labels, label)?.value
    // That was told when its file was read.
    if (place && reference.test(written(place))) continue
    for (const [text, dollar, braced, bare] of String(value).matchAll(variable)) {
      const name = braced ?? bare
      if (dollar !== undefined || name === undefined || known.has(name)) continue
      problems.push(topologyProblem.labelVariableUnset(at(labels, label), label, text))
    }
  }
}
