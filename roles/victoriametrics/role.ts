/** VictoriaMetrics: the same on both nodes, which know nothing of each other. */

import { ProblemError } from '../../src/diagnostic/problem.ts'
import { listensOn, wordsOn } from '../../src/inventory/cell/words-on.ts'
import type { Endpoint } from '../../src/inventory/model.ts'
import { joinHostPort } from '../../src/inventory/value/endpoint.ts'
import type { FileResource, Instance, Resource } from '../../src/resource/model.ts'
import { programInstance } from '../common/exporter.ts'
import { atLeast, configTree, directory, programs } from '../common/resources.ts'
import { unitTexts, userFiles } from '../common/words.ts'
import type { Role } from '../component.ts'
import { type FlagValue, flagCheck, flagWords, listening } from '../text/flags.ts'
import { renderTemplate } from '../text/render.ts'
import { clusterProblem } from './cluster/messages.ts'
import { storagePorts } from './cluster/programs.ts'
import { victoriaMetrics } from './component.ts'
import type { VictoriaMetricsSettings } from './settings.ts'

const { name } = victoriaMetrics
const dataDir = '/var/lib/victoriametrics'
/** It reads what a flag names at its start. */
const place = { root: '/etc/victoriametrics', group: name, effect: 'restart' } as const
/** It judges its command line, opens nothing, and ends. */
const flagEnd = { instead: [['dryRun', true]], accepted: ['exiting with 0 status code'] } as const

/** One instance a node, one after the other, so that one of them can always be read. */
export const victoriaMetricsInstances: Role = (cell, { storage }, released) => {
  const settings = storage?.victoriametrics
  const own = cell.stores.find(({ component }) => component === name)
  if (!settings || !own) return []
  const { kind, version } = released(name)
  if (settings.select && !atLeast(version, `${selectFrom}-0`))
    throw new ProblemError([clusterProblem.nodeTooOld({}, { cell: cell.name, version, from: selectFrom })])
  const before = (shipped: readonly FileResource[]): readonly Resource[] => [
    { kind: 'user', name, home: dataDir },
    ...programs(name, kind, version),
    ...configTree(place.root, name, shipped),
    { ...directory(dataDir, name, name, 0o750), data: true },
  ]
  return own.members.map((member): Instance => {
    const words = wordsOn(settings, member.host)
    const listens = listensOn(settings, member.host)
    const command = commandOf(settings, member.host, own.interval)
    const content = renderTemplate(name, `${name}.service`, {
      dataDir,
      commandLine: { command },
      words: unitTexts(name, words),
    })
    return programInstance({
      ...{ cell: cell.name, component: name, member, words, content, readyPath: '/health', loaded: 'none' },
      listens,
      before: before(userFiles(settings, member.host, place)),
      checks: [flagCheck(command, dataDir, words.flags, flagEnd)],
      ports: settings.select ? listening(storagePorts.select, [selectAt(listens)], 'tcp') : [],
    })
  })
}

/** A node answers vmselect from this release on. */
const selectFrom = '1.147.0'

/** Where a node hears vmselect: at one of the addresses at which it is asked. */
function selectAt(listens: readonly Endpoint[]): string {
  return listens[0]?.address ?? ''
}

/** The program and its arguments. Retention and deduplication are the same on both nodes. */
function commandOf(
  settings: VictoriaMetricsSettings,
  host: string,
  interval: number | undefined,
): readonly string[] {
  const { flags } = wordsOn(settings, host)
  const listens = listensOn(settings, host)
  const own: [string, FlagValue][] = [
    ['storageDataPath', dataDir],
    ['retentionPeriod', settings.retention],
    ['httpListenAddr', listens.map(joinHostPort)],
  ]
  if (settings.select)
    own.push(['vmselectAddr', joinHostPort({ address: selectAt(listens), port: storagePorts.select })])
  if (interval !== undefined) own.push(['dedup.minScrapeInterval', `${interval}ms`])
  // Without it, it speaks IPv4 only.
  if (listens.some(({ address }) => address.includes(':'))) own.push(['enableTCP6', true])
  return ['/usr/local/bin/victoria-metrics', ...flagWords(own, flags, 'go')]
}
