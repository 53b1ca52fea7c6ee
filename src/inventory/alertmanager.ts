import { error, warning } from '../diagnostic/problem.ts'
import type { Context } from './context.ts'
import { endpoint } from './endpoint.ts'
import { alertmanagerOwn, checkFlags } from './flags.ts'
import { onlyEmpty, reportPatterns } from './groups.ts'
import type { AlertmanagerSettings, YamlMap } from './model.ts'
import { match } from './patterns.ts'
import { at, atKey, memberPlace, quote, rejectedOf, seen, wasRejected } from './place.ts'
import { type CellScope, checkApart } from './replicas.ts'
import type { AlertmanagerText } from './schema.ts'
import { filesOfList } from './shipped.ts'
import { upstreamMap } from './upstream.ts'

/** The cell's Alertmanagers as the model has them, defaults filled in; problems are left in the context. */
export function buildAlertmanager(
  text: AlertmanagerText,
  cell: CellScope,
  context: Context,
): AlertmanagerSettings {
  const { problems } = context
  return {
    hosts: buildHosts(text, cell, context),
    config: buildConfig(text, context) ?? {},
    templates: filesOfList(text.templates ?? [], 'templates', () => undefined, context),
    listen: endpoint(text, 'listen', { address: '0.0.0.0', port: 9093 }, problems),
    clusterListen: endpoint(text, 'cluster_listen', { address: '0.0.0.0', port: 9094 }, problems),
    flags: checkFlags(text.flags, 'alertmanager', alertmanagerOwn, problems),
  }
}

function buildConfig(text: AlertmanagerText, context: Context): YamlMap | undefined {
  if (text.config != null) return upstreamMap(text, 'config', context)
  if (!wasRejected(text, 'config')) {
    context.problems.push(
      error('alertmanager has no config', {
        ...atKey(text, 'config'),
        remedy: 'add "config:", a path or the config itself in upstream\'s form',
      }),
    )
  }
  return undefined
}

function buildHosts(text: AlertmanagerText, cell: CellScope, context: Context): readonly string[] {
  const { problems } = context
  const patterns = text.hosts ?? []
  const found = match(patterns, cell.scope)
  reportPatterns(
    found.faults,
    patterns,
    `alertmanager of cell ${quote(cell.name)}`,
    cell.candidates,
    problems,
  )
  checkTwice(patterns, cell, context)
  if (found.hosts.length === 0 && onlyEmpty(found.faults)) {
    if (!wasRejected(text, 'hosts') && rejectedOf(patterns).size === 0) {
      problems.push(
        error(`alertmanager of cell ${quote(cell.name)} has no hosts`, {
          ...atKey(text, 'hosts'),
          remedy: 'name two, for example "hosts: [mon-a, mon-b]"',
        }),
      )
    }
  } else if (found.hosts.length === 1 && onlyEmpty(found.faults)) {
    problems.push(
      warning(`cell ${quote(cell.name)} has one Alertmanager only, so nothing takes over when it fails`, {
        ...atKey(text, 'hosts'),
        remedy: 'add a second host',
      }),
    )
  }
  const members = found.hosts.map(host => {
    const index = patterns.indexOf(host)
    const where = index === -1 ? { owner: text, key: 'hosts' } : { owner: patterns, key: index }
    return { host, label: `the Alertmanager on ${quote(host)}`, ...where }
  })
  checkApart(members, cell, problems)
  return found.hosts
}

/** A host that is named twice is most likely another host's name gone wrong. */
function checkTwice(patterns: readonly string[], cell: CellScope, context: Context): void {
  for (const [index, pattern] of patterns.entries()) {
    if (patterns.indexOf(pattern) === index) continue
    const shown = memberPlace(patterns, index)?.secret ? seen(patterns, index) : quote(pattern)
    context.problems.push(
      error(`alertmanager of cell ${quote(cell.name)} names ${shown} twice`, {
        ...at(patterns, index),
        remedy: 'one host runs one Alertmanager',
      }),
    )
  }
}
