/** The words of the problems whose topic is `adopt`: what changes or is lost where promha takes over a program. */
import type { FlagChange } from '../../../roles/component.ts'
import { cut, listFirstNames } from '../../diagnostic/list-first.ts'
import { messages, type Texts } from '../../diagnostic/problem.ts'
import type { Loss } from '../../inventory/host/adopt.ts'

export interface Losing extends Texts<'host' | 'cell' | 'component' | 'seen'> {
  readonly loss: Loss
  readonly accepted: boolean
  /** How to keep it; a sentence. */
  readonly keep: string
}

/** An error, unless the inventory accepts it. */
function lost(summary: string, { loss, accepted, keep, host, cell, seen: detail }: Losing) {
  if (accepted) return { severity: 'warning' as const, summary: `${summary} (accepted by \`adopt\`)`, detail }
  const accept = `To accept the loss, add \`adopt: { accept: [${loss}] }\` to host ${host} or to cell ${cell}.`
  return { summary, detail, remedy: `${keep} ${accept}` }
}

type Before = Texts<'component' | 'seen' | 'before' | 'after'>

export const adoptProblem = messages('adopt', {
  webConfigLost: (the: Losing, file: string, port: number) =>
    lost(
      `${the.component} reads ${file} for TLS and passwords, and promha would serve port ${port} without them`,
      the,
    ),
  dataLost: (the: Losing, place: string, more: { wanted: string; lost: string | undefined }) =>
    lost(
      `${the.component} keeps its data in ${place}, and promha would use ${more.wanted}: ${more.lost}`,
      the,
    ),
  retentionShorter: (the: Losing, kept: string, after: string | undefined) =>
    lost(
      `${the.component} keeps ${kept}, and the inventory keeps ${after}: older data would be deleted`,
      the,
    ),
  portShared: (the: Texts<'component' | 'seen' | 'unit' | 'host'>) => ({
    severity: 'warning',
    summary: `${the.component} will share its port with ${the.unit}, which starts at boot`,
    detail: the.seen,
    remedy: `Run \`systemctl disable ${the.unit}\` on ${the.host}.`,
  }),
  listenChanges: (the: Before) => ({
    severity: 'warning',
    summary: `${the.component} listens on ${the.before} and will listen on ${the.after}`,
    detail: the.seen,
    remedy: 'Set `listen:` if it is to stay as it is.',
  }),
  urlChanges: (the: Before) => ({
    severity: 'warning',
    summary: `${the.component} has the external URL ${cut(the.before)} and will have ${the.after === '' ? 'none' : cut(the.after)}: links in notifications change`,
    detail: the.seen,
    remedy: `Set \`flags: { web.external-url: ${cut(the.before)} }\` to keep it.`,
  }),
  prefixChanges: (the: Before) => ({
    severity: 'warning',
    summary: `${the.component} answers below ${cut(the.before)} and will answer below ${cut(the.after)}`,
    detail: the.seen,
    remedy: `Set \`flags: { web.route-prefix: ${cut(the.before)} }\` to keep it.`,
  }),
  componentChanges: (component: string, seen: string, { summary, remedy }: FlagChange) => ({
    severity: 'warning',
    summary: `${component} ${summary}`,
    detail: seen,
    ...(remedy === undefined ? {} : { remedy }),
  }),
  flagsLost: (component: string, seen: string, flags: readonly string[]) => ({
    severity: 'warning',
    summary: `${component} has flags that the inventory lacks: ${listFirstNames(flags)}`,
    detail: seen,
    remedy: 'Add those that you need to `flags:`.',
  }),
  configLost: (the: Texts<'kind' | 'path' | 'component'> & { names: readonly string[] }) => ({
    severity: 'warning',
    summary: `the inventory lacks ${the.kind} that ${the.path} has: ${listFirstNames(the.names)}`,
    detail: `They end when promha takes over ${the.component}.`,
    remedy: 'Add those that you need to the inventory before the apply.',
  }),
  notCompared: (component: string, unread: readonly string[]) => ({
    severity: 'warning',
    summary: `not all of what ${component} reads could be compared: ${listFirstNames(unread)}`,
    remedy: 'Compare it with the inventory yourself before the apply.',
  }),
  dataLeft: (component: string, path: string, old: string) => ({
    severity: 'warning',
    summary: `${component} will use ${path}, and its data stays behind in ${old}: no query shows it any more`,
    remedy: `To keep it, set \`data_dir: ${old}\` again, or stop ${component} and move the data before the apply.`,
  }),
})
