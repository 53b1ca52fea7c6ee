import { error } from '../diagnostic/problem.ts'
import type { Context } from './context.ts'
import { endpoint } from './endpoint.ts'
import { alertmanagerOwn, checkFlags } from './flags.ts'
import { memberHosts } from './members.ts'
import type { AlertmanagerSettings, YamlMap } from './model.ts'
import { atKey, isFromOutside, wasRejected } from './place.ts'
import type { CellScope } from './replicas.ts'
import type { AlertmanagerText } from './schema.ts'
import { filesOfList } from './shipped.ts'
import { checkTemplates } from './templates-named.ts'
import { upstreamMap } from './upstream.ts'

/** The cell's Alertmanagers as the model has them, defaults filled in; problems are left in the context. */
export function buildAlertmanager(
  text: AlertmanagerText,
  cell: CellScope,
  context: Context,
): AlertmanagerSettings {
  const { problems } = context
  const config = buildConfig(text, context) ?? {}
  const before = problems.length
  const templates = filesOfList(text.templates ?? [], 'templates', () => undefined, context)
  // What a file defines that cannot be read is not known.
  if (problems.length === before) checkTemplates(config, templates, problems)
  return {
    hosts: memberHosts(text, { key: 'alertmanager', one: 'Alertmanager' }, cell, context),
    config,
    ...(isFromOutside(config) ? { outside: true as const } : {}),
    templates,
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
