/** Thanos: a sidecar beside each replica, and what reads from them and from the object store. */
import { wordsOn } from '../../src/inventory/cell/words-on.ts'
import { joinHostPort } from '../../src/inventory/value/endpoint.ts'
import type { FileResource, Instance, Resource } from '../../src/resource/model.ts'
import type { CellTopology, Member } from '../../src/topology/model.ts'
import { programInstance } from '../common/exporter.ts'
import { configFile, configTree, directory, programs } from '../common/resources.ts'
import { unitTexts, userFiles } from '../common/words.ts'
import type { ComponentDefinition, Released, Role } from '../component.ts'
import { type Objstore, objstoreText } from '../objstore/settings.ts'
import { type FlagValue, flagCheck, flagWords, listening } from '../text/flags.ts'
import { renderTemplate } from '../text/render.ts'
import { yamlText } from '../text/yaml.ts'
import { thanosCompactor, thanosQuery, thanosSidecar, thanosStore } from './components.ts'
import { grpcPorts } from './ports.ts'
import { thanosProgram, thanosReleaseName } from './release.ts'
import { bucketFile, type PlacedSettings, type ThanosSettings } from './settings.ts'

/** It reads all flags before it does anything, and refuses this one. */
const flagEnd = { instead: [['log.format', 'promha']], accepted: ["got 'promha'"] } as const

type Flag = readonly [string, FlagValue]

/** What one of the four components has besides what all of them have. */
interface Part {
  readonly definition: ComponentDefinition
  readonly settings: PlacedSettings
  /** `sidecar`: its first word. */
  readonly command: string
  readonly what: string
  /** How long it may take to stop. */
  readonly stop: string
  /** promha's flags, besides where it listens. */
  readonly flags: (member: Member) => readonly Flag[]
  readonly files?: readonly FileResource[]
  /** Absent: it has none. */
  readonly bucket?: Objstore
  /** Where it writes; absent: nowhere. */
  readonly writes?: string
  /** It belongs to the component itself. */
  readonly dataDir?: string
}

/** All that runs of it in a cell. */
export const thanosInstances: Role = (cell, { storage, prometheus }, released) => {
  const settings = storage?.thanos
  if (!settings || !prometheus) return []
  const release = released(thanosReleaseName)
  const parts = [
    compactorPart(settings),
    storePart(settings),
    sidecarPart(settings, cell, prometheus.dataDir),
    queryPart(settings, cell),
  ]
  return parts.flatMap(part => (part ? instancesOf(part, cell, prometheus.dataDir, release) : []))
}

function sidecarPart(
  { sidecar, objstore }: ThanosSettings,
  { replicas }: CellTopology,
  dataDir: string,
): Part {
  return {
    ...{ definition: thanosSidecar, settings: sidecar, command: 'sidecar', stop: '3min' },
    what: 'answers queries from the data of its Prometheus',
    // It notes there what it has uploaded, and links blocks that it uploads.
    ...(objstore ? { bucket: objstore, writes: dataDir } : {}),
    flags: ({ host }) => {
      const replica = replicas.find(one => one.host === host)
      if (!replica) throw new RangeError(`the cell has no replica on ${host}`)
      return [
        ['tsdb.path', dataDir],
        ['prometheus.url', `http://${joinHostPort(replica.local)}${replica.pathPrefix ?? ''}`],
        // So it sees soon that its replica is away, or is back.
        ['prometheus.get_config_interval', '5s'],
      ]
    },
  }
}

function queryPart({ query }: ThanosSettings, { replicaLabel, stores }: CellTopology): Part {
  const asked = [thanosSidecar.name, thanosStore.name].flatMap(name =>
    stores.flatMap(({ component, members }) =>
      component === name
        ? members.map(({ address }) => ({ address: joinHostPort({ address, port: grpcPorts[name] ?? 0 }) }))
        : [],
    ),
  )
  const path = '/etc/thanos_query/endpoints.yml'
  const text = `# Written by promha. The next apply undoes a change made here.\n${yamlText({ endpoints: asked })}`
  return {
    ...{ definition: thanosQuery, settings: query, command: 'query', stop: '3min' },
    what: 'answers queries over all replicas',
    // It looks at the file by itself.
    files: [configFile(path, 'thanos', 'none', text)],
    flags: () => [
      ['query.replica-label', replicaLabel],
      ['query.auto-downsampling', true],
      ['endpoint.sd-config-file', path],
      ['endpoint.sd-config-reload-interval', '10s'],
    ],
  }
}

function storePart({ store, objstore }: ThanosSettings): Part | undefined {
  const dataDir = '/var/lib/thanos_store'
  return (
    store &&
    objstore && {
      ...{ definition: thanosStore, settings: store, command: 'store', stop: '3min' },
      ...{ dataDir, writes: dataDir },
      what: 'answers queries from an object store',
      bucket: objstore,
      flags: () => [['data-dir', dataDir]],
    }
  )
}

function compactorPart({ compactor, objstore }: ThanosSettings): Part | undefined {
  const dataDir = '/var/lib/thanos_compactor'
  return (
    compactor &&
    objstore && {
      // One that has halted does not end when it is told to.
      ...{ definition: thanosCompactor, settings: compactor, command: 'compact', stop: '1min' },
      ...{ dataDir, writes: dataDir },
      what: 'merges and deletes blocks of an object store',
      bucket: objstore,
      flags: () => [
        ['data-dir', dataDir],
        ['wait', true],
        ['retention.resolution-raw', compactor.retention.raw],
        ['retention.resolution-5m', compactor.retention['5m']],
        ['retention.resolution-1h', compactor.retention['1h']],
      ],
    }
  )
}

function instancesOf(
  part: Part,
  cell: CellTopology,
  home: string,
  { kind, version }: Released,
): readonly Instance[] {
  const { definition, settings, bucket, files = [] } = part
  const { name, account = name } = definition
  const root = `/etc/${name}`
  const program = `/usr/local/bin/${name}`
  const objstore = bucket && bucketResource(`${root}/${bucketFile}`, account, bucket)
  const members = cell.stores.flatMap(one => (one.component === name ? one.members : []))
  return members.map((member): Instance => {
    const words = wordsOn(settings, member.host)
    const own = userFiles(settings, member.host, { root, group: account, effect: 'restart' })
    const placed = [...own, ...files, ...(objstore ? [objstore] : [])]
    const ownFlags = [
      ...listens(name, words.listen),
      ...part.flags(member),
      ...(objstore ? [['objstore.config-file', objstore.path] as const] : []),
    ]
    const command = [program, part.command, ...flagWords(ownFlags, words.flags)]
    const before: readonly Resource[] = [
      { kind: 'user', name: account, home: account === 'prometheus' ? home : '/nonexistent' },
      // Each has a program of its own, so that a failed upgrade of one leaves the others as they are.
      ...programs(thanosReleaseName, kind, version).map(one =>
        one.kind === 'program' ? { ...one, path: program, from: thanosProgram } : one,
      ),
      ...(placed.length > 0 ? configTree(root, account, placed) : []),
      ...(part.dataDir ? [{ ...directory(part.dataDir, account, account, 0o750), data: true }] : []),
    ]
    return programInstance({
      ...{ cell: cell.name, component: name, member, words, before, readyPath: '/-/ready', loaded: 'none' },
      content: unitOf(part, account, home, { commandLine: { command }, words: unitTexts(name, words) }),
      ports: grpcPortsOf(name).flatMap(port => listening(port, [words.listen.address], 'tcp')),
      checks: [flagCheck(command, '/etc', words.flags, flagEnd)],
    })
  })
}

/** It holds keys, so nothing of it is shown. */
function bucketResource(path: string, account: string, bucket: Objstore): FileResource {
  const file = configFile(path, account, 'restart', objstoreText(bucket))
  return { ...file, concealed: bucket.outside ? 'outside' : true }
}

function unitOf(
  { what, command, stop, writes }: Part,
  account: string,
  home: string,
  values: Readonly<Record<string, unknown>>,
): string {
  const isSidecar = account === 'prometheus'
  return renderTemplate('thanos', 'thanos.service', {
    ...{ what, command, account, stop, writes: writes ? [writes] : [] },
    after: isSidecar ? ' prometheus.service' : '',
    isBelowHome: isSidecar && /^\/(home|root|run\/user)(\/|$)/.test(home),
    ...values,
  })
}

function listens(name: string, { address, port }: { readonly address: string; readonly port: number }) {
  const grpc = grpcPortsOf(name).map((one): Flag => ['grpc-address', joinHostPort({ address, port: one })])
  return [['http-address', joinHostPort({ address, port })] as Flag, ...grpc]
}

function grpcPortsOf(name: string): readonly number[] {
  const port = grpcPorts[name]
  return port === undefined ? [] : [port]
}
