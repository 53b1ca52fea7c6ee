import { buildCommon } from '../../src/inventory/cell/common-words.ts'
import { type Own, plainHttpFlags } from '../../src/inventory/cell/flags.ts'
import { type CellScope, memberHosts } from '../../src/inventory/cell/scope.ts'
import { filesOnAll } from '../../src/inventory/cell/words-on.ts'
import type { Context } from '../../src/inventory/context.ts'
import { filesOfList, listedPaths } from '../../src/inventory/file/user-files.ts'
import type { CommonSettings, PlacedEndpoint, UserFile, YamlMap } from '../../src/inventory/model.ts'
import * as t from '../../src/inventory/schema/schema-words.ts'
import { atKey, isFromOutside, wasRejected } from '../../src/inventory/text/place.ts'
import { checkTemplates } from '../../src/inventory/upstream/templates-named.ts'
import { upstreamMap } from '../../src/inventory/upstream/upstream.ts'
import { componentProblem } from '../messages.ts'
import type { CellPart } from '../part.ts'

const schema = t.keys({
  hosts: t.texts,
  config: t.upstreamOrPath,
  templates: t.texts,
  cluster_listen: t.text,
  ...t.words,
  per_host: t.mapOf(t.nullable(t.peerWords)),
})

type AlertmanagerText = t.TextOf<typeof schema>

export interface AlertmanagerSettings extends CommonSettings {
  readonly hosts: readonly string[]
  readonly config: YamlMap
  /** The config was read from outside the inventory's directory. */
  readonly outside?: true
  /** `name` is `templates/FILE`. */
  readonly templates: readonly UserFile[]
  readonly clusterListen: PlacedEndpoint
}

declare module '../../src/inventory/model.ts' {
  interface Parts {
    alertmanager: { text: AlertmanagerText; settings: AlertmanagerSettings }
  }
}

export const part: CellPart<'alertmanager'> = {
  key: 'alertmanager',
  schema,
  upstream: ['config.**'],
  names: { instead: ['config'], lists: ['templates'] },
  build: buildAlertmanager,
}

const joins = 'promha joins the Alertmanagers of a cell itself'

export const alertmanagerOwnFlags: Own = {
  ...plainHttpFlags,
  'config.file': 'use "config"',
  'storage.path': 'promha keeps it in /var/lib/alertmanager',
  'web.listen-address': 'use "listen"',
  'cluster.listen-address': 'use "cluster_listen"',
  'cluster.advertise-address': 'promha takes the "address" of the host; write an IP address there',
  'cluster.peer': joins,
  'cluster.peer-name': joins,
  'cluster.peers-resolve*': joins,
  'cluster.label': joins,
  'cluster.tls-config': 'TLS among Alertmanagers is not supported yet',
}

/** Names in the config directory that promha itself uses. */
const ownFiles = ['alertmanager.yml', 'templates'] as const

const everywhere = (port: number) => ({ address: '0.0.0.0', port })

function buildAlertmanager(text: AlertmanagerText, cell: CellScope, context: Context): AlertmanagerSettings {
  const config = (text.config == null ? undefined : upstreamMap(text, 'config', context)) ?? {}
  if (text.config == null && !wasRejected(text, 'config'))
    context.problems.push(componentProblem.noAlertmanagerConfig(atKey(text, 'config')))
  const hosts = memberHosts(text, { key: 'alertmanager', one: 'Alertmanager' }, cell, context)
  const kind = {
    of: 'alertmanager',
    own: alertmanagerOwnFlags,
    hosts,
    listen: everywhere(9093),
    clusterListen: everywhere(9094),
    ownFiles,
  }
  const common = buildCommon(text, kind, cell, context)
  const before = context.problems.length
  const templates = filesOfList(listedPaths(text.templates ?? []), 'templates', () => undefined, context).map(
    ({ userFile }) => userFile,
  )
  const isRead = (common.files?.length ?? 0) === Object.keys(text.files ?? {}).length
  // Only if every file was read: the others may define a template that seems to be missing.
  if (isRead && context.problems.length === before)
    checkTemplates(config, [...templates, ...filesOnAll(common, hosts)], context.problems)
  return {
    hosts,
    config,
    ...(isFromOutside(config) ? { outside: true as const } : {}),
    templates,
    ...common,
    clusterListen: common.clusterListen ?? kind.clusterListen,
  }
}
