/** `grafana:` of a cell: the same read-only Grafana on each host. */
import { buildCommon } from '../../src/inventory/cell/common-words.ts'
import type { CellScope } from '../../src/inventory/cell/scope.ts'
import { memberHosts } from '../../src/inventory/cell/scope.ts'
import { buildVip, isPort, type VipSettings } from '../../src/inventory/cell/vip.ts'
import { wordsOn } from '../../src/inventory/cell/words-on.ts'
import { type Context, type FileRequest, resolvePath } from '../../src/inventory/context.ts'
import type { CommonSettings, UserFile } from '../../src/inventory/model.ts'
import * as t from '../../src/inventory/schema/schema-words.ts'
import { at, atFirst, atKey, quoted, wasRejected } from '../../src/inventory/text/place.ts'
import type { CellPart } from '../part.ts'
import { grafanaProblem } from './messages.ts'
import { buildConfig, type GrafanaConfig, isInline } from './settings/config.ts'
import { buildDashboards } from './settings/dashboards.ts'
import {
  checkDatasources,
  checkDefaults,
  type OwnDatasource,
  ownDatasources,
} from './settings/datasource-files.ts'
import { grafanaOwnFlags } from './settings/own.ts'

const schema = t.keys({
  hosts: t.texts,
  ...t.vipWords,
  port: t.number,
  dashboards: t.texts,
  config: t.text,
  ...t.words,
})

export type GrafanaText = t.TextOf<typeof schema>

export interface GrafanaSettings extends CommonSettings {
  readonly hosts: readonly string[]
  /** Absent: there is one host only. */
  readonly vip?: VipSettings
  /** Of the address. */
  readonly port: number
  readonly config: GrafanaConfig
  /** The user's own. */
  readonly dashboards: readonly UserFile[]
  /** In the user's files; absent: none. */
  readonly datasources?: readonly OwnDatasource[]
}

declare module '../../src/inventory/model.ts' {
  interface Parts {
    grafana: { text: GrafanaText; settings: GrafanaSettings }
  }
}

export const grafanaPart: CellPart<'grafana'> = {
  key: 'grafana',
  schema,
  upstream: ['config'],
  names: { lists: ['dashboards'] },
  requests: ({ config }, base): readonly FileRequest[] =>
    config == null || isInline(config) ? [] : [{ kind: 'read', path: resolvePath(config, base) }],
  build: buildGrafana,
  checkBeside: (said, { name }, context, text) => {
    checkDefaults(said, Boolean(text.prometheus), context)
    if (!text.prometheus && !text.storage)
      context.problems.push(grafanaProblem.nothingToShow(atKey(text, 'grafana'), name))
  },
}

/** Names in its directory that promha itself writes. */
const ownFiles = [
  'grafana.ini',
  'dashboards',
  'provisioning/datasources/promha.yml',
  'provisioning/dashboards/promha.yml',
]
/** Where people ask: Grafana's own port, or that of the address. */
const usualPort = 3000
/** Of Grafana itself behind an address: the firewall closes it, whatever address it is asked at. */
const portBehind = 3001

function buildGrafana(text: GrafanaText, cell: CellScope, context: Context): GrafanaSettings {
  const hosts = memberHosts(text, { key: 'grafana', one: 'Grafana' }, cell, context)
  const oneAddress = 'Grafana listens on one address.'
  const listen = { address: '0.0.0.0', port: text.vip == null ? usualPort : portBehind }
  const kind = { of: 'grafana', own: grafanaOwnFlags, hosts, listen, ownFiles, oneAddress }
  const common = buildCommon(text, kind, cell, context)
  checkVariables(text, context)
  const config = buildConfig(text, context)
  checkDatasources(text, config.hasSecretKey, context)
  const address = buildAddress(text, hosts, cell, context)
  const shared = address.vip && hosts.find(host => wordsOn(common, host).listen.port === address.port)
  if (shared !== undefined)
    context.problems.push(grafanaProblem.samePort(atFirst(text, 'listen'), cell.name, address.port))
  const dashboards = buildDashboards(text.dashboards ?? [], context)
  const own = ownDatasources(text, context)
  const datasources = own.length > 0 ? { datasources: own } : {}
  return { hosts, config, ...address, dashboards, ...datasources, ...common }
}

function buildAddress(
  text: GrafanaText,
  hosts: readonly string[],
  cell: CellScope,
  context: Context,
): Pick<GrafanaSettings, 'port' | 'vip'> {
  const { problems } = context
  const of = `grafana of cell ${quoted(cell.name)}`
  const port = text.port ?? usualPort
  const fits = isPort(text, port, of, context)
  if (text.vip == null) {
    const isGiven = wasRejected(text, 'vip')
    if (hosts.length > 1 && !isGiven) problems.push(grafanaProblem.noAddress(atKey(text, 'vip'), cell.name))
    else if (text.port != null && !isGiven)
      problems.push(grafanaProblem.portWithoutAddress(at(text, 'port'), cell.name))
    return { port }
  }
  const vip = buildVip(text, { of, hosts }, cell, context)
  return { port, ...(vip && fits ? { vip } : {}) }
}

/** They count more than the config, and could turn off what promha says there. */
function checkVariables({ environment, per_host }: GrafanaText, { problems }: Context): void {
  const all = [environment, ...Object.values(per_host ?? {}).map(words => words?.environment)]
  for (const variables of all.filter(one => one != null))
    for (const name of Object.keys(variables).filter(one => /^GF_/i.test(one)))
      problems.push(grafanaProblem.byEnvironment(atKey(variables, name), name))
}
