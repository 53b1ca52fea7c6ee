/** Variables in external labels: Prometheus takes them from the environment of its unit, which promha writes. */
import { type Problem, warning } from '../../diagnostic/problem.ts'
import type { Cell } from '../../inventory/model.ts'
import { at, memberPlace, quote, written } from '../../inventory/place.ts'
import { reference } from '../../inventory/unexpanded.ts'

/** What the unit sets, and what systemd sets for every unit with a user. */
const known: ReadonlySet<string> = new Set([
  'REPLICA',
  ...[
    'PATH',
    'LANG',
    'HOME',
    'LOGNAME',
    'USER',
    'SHELL',
    'INVOCATION_ID',
    'JOURNAL_STREAM',
    'SYSTEMD_EXEC_PID',
  ],
])

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
      problems.push(
        warning(`the external label ${quote(label)} has ${text}, which is not set where Prometheus runs`, {
          ...at(labels, label),
          detail:
            'Prometheus takes variables from the environment of its unit and puts nothing in place of this one.',
          remedy: 'Write the value itself. Write $$ for a dollar sign.',
        }),
      )
    }
  }
}
