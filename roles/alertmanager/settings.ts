import { error } from '../../src/diagnostic/problem.ts'
import { buildCommon } from '../../src/inventory/common-words.ts'
import type { Context } from '../../src/inventory/context.ts'
import { alertmanagerOwn } from '../../src/inventory/flags.ts'
import { memberHosts } from '../../src/inventory/members.ts'
import type { AlertmanagerSettings, YamlMap } from '../../src/inventory/model.ts'
import { atKey, isFromOutside, wasRejected } from '../../src/inventory/place.ts'
import type { CellScope } from '../../src/inventory/replicas.ts'
import type { AlertmanagerText } from '../../src/inventory/schema.ts'
import { filesOfList, filesOfMap, listed } from '../../src/inventory/shipped.ts'
import { checkTemplates } from '../../src/inventory/templates-named.ts'
import { upstreamMap } from '../../src/inventory/upstream.ts'
import type { PartBuilder } from '../component.ts'

/** Names in the config directory that promha itself uses. */
const ownFiles = ['alertmanager.yml', 'templates'] as const

const everywhere = (port: number) => ({ address: '0.0.0.0', port })

export const buildPart: PartBuilder = ({ alertmanager: text }, cell, context) =>
  text ? { alertmanager: buildAlertmanager(text, cell, context) } : {}

/** The cell's Alertmanagers as the model has them, defaults filled in; problems are left in the context. */
function buildAlertmanager(text: AlertmanagerText, cell: CellScope, context: Context): AlertmanagerSettings {
  const config = buildConfig(text, context) ?? {}
  const hosts = memberHosts(text, { key: 'alertmanager', one: 'Alertmanager' }, cell, context)
  const kind = {
    of: 'alertmanager',
    own: alertmanagerOwn,
    hosts,
    listen: everywhere(9093),
    clusterListen: everywhere(9094),
  }
  const common = buildCommon(text, kind, cell, context)
  const before = context.problems.length
  const templates = filesOfList(listed(text.templates ?? []), 'templates', () => undefined, context).map(
    ({ shipped }) => shipped,
  )
  const files = filesOfMap(text.files ?? {}, ownFiles, context)
  // Only if every file was read: the others may define a template that seems to be missing.
  if (context.problems.length === before) checkTemplates(config, [...templates, ...files], context.problems)
  return {
    hosts,
    config,
    ...(isFromOutside(config) ? { outside: true as const } : {}),
    templates,
    files,
    ...common,
    clusterListen: common.clusterListen ?? kind.clusterListen,
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
