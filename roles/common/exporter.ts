/** Instances of programs with one unit of their name. */
import { listensOn, wordsOn } from '../../src/inventory/cell/words-on.ts'
import type { CommonSettings, Endpoint, HostSettings } from '../../src/inventory/model.ts'
import { joinHostPort } from '../../src/inventory/value/endpoint.ts'
import {
  type BundleCheck,
  type FileResource,
  type Health,
  type Instance,
  type ListeningPort,
  type Resource,
  unitOf,
} from '../../src/resource/model.ts'
import type { Member } from '../../src/topology/model.ts'
import { orderOf } from '../../src/topology/order.ts'
import { type FlagEnd, type FlagValue, flagCheck, flagWords, listeningOn } from '../text/flags.ts'
import { renderTemplate } from '../text/render.ts'
import { environmentFiles, type FilesPlace, unitTexts, userFiles } from './words.ts'

export interface Exporter {
  readonly name: 'node_exporter' | 'pushgateway' | 'blackbox_exporter'
  readonly cell: string
  readonly members: readonly Member[]
  readonly settings: CommonSettings
  /** Where the user's files go. */
  readonly place: FilesPlace
  /** What comes before the unit on a host with these files of the user. */
  readonly before: (shipped: readonly FileResource[]) => readonly Resource[]
  /** promha's flags, in their order. */
  readonly flags: (listen: readonly string[]) => readonly (readonly [string, FlagValue])[]
  /** For the template of the unit, beside the command line. */
  readonly values?: (shipped: readonly FileResource[]) => Readonly<Record<string, unknown>>
  /** Where the program judges its flags. */
  readonly checkedIn: string
  readonly flagEnd: FlagEnd
  /** What is judged beside the flags. */
  readonly checks?: readonly BundleCheck[]
  /** Below the path prefix. */
  readonly readyPath: string
  readonly loaded: Health['loaded']
}

/** One instance a host, in the order of the members. */
export function exporterInstances(exporter: Exporter): readonly Instance[] {
  const { name, cell, settings, place, flagEnd, checkedIn, checks = [], readyPath, loaded } = exporter
  return exporter.members.map(member => {
    const words = wordsOn(settings, member.host)
    const { flags } = words
    const listen = listensOn(settings, member.host).map(joinHostPort)
    const command = [`/usr/local/bin/${name}`, ...flagWords(exporter.flags(listen), flags)]
    const shipped = userFiles(settings, member.host, place)
    const content = renderTemplate(name, `${name}.service`, {
      ...exporter.values?.(shipped),
      commandLine: { command },
      words: unitTexts(name, words),
    })
    return programInstance({
      ...{ cell, component: name, member, words, content, readyPath, loaded },
      before: exporter.before(shipped),
      checks: [flagCheck(command, checkedIn, flags, flagEnd), ...checks],
    })
  })
}

interface UnitOn extends Omit<Instance, 'resources' | 'service' | 'oneByOne'> {
  /** What comes before the unit. */
  readonly before: readonly Resource[]
  /** Of the unit. */
  readonly content: string
  /** Of the unit, for readers of the plan. */
  readonly note?: string
  readonly ports: readonly ListeningPort[]
}

/** An instance whose unit and service come last. */
export function unitInstance({ before, content, note, ports, ...rest }: UnitOn): Instance {
  const service = { kind: 'service', unit: unitOf(rest.component), ports } as const
  const unit = { kind: 'unit', name: service.unit, content, ...(note ? { note } : {}) } as const
  return { ...rest, resources: [...before, unit, service], service, ...orderOf(rest.component) }
}

interface ProgramOn extends Omit<UnitOn, 'host' | 'health' | 'ports'> {
  readonly member: Member
  readonly words: HostSettings
  /** Below the path prefix. */
  readonly readyPath: string
  readonly loaded: Health['loaded']
  /** Besides those of `listen`. */
  readonly ports?: readonly ListeningPort[]
  /** What it listens on, if that is not what the inventory says. */
  readonly listens?: readonly Endpoint[]
}

/** A program that is asked at the port on which it listens, with its variables. */
export function programInstance({
  member,
  words,
  readyPath,
  loaded,
  ports = [],
  listens = [words.listen, ...(words.alsoListen ?? [])],
  ...rest
}: ProgramOn): Instance {
  return unitInstance({
    ...rest,
    host: member.host,
    before: [...rest.before, ...environmentFiles(rest.component, words)],
    ports: [...listeningOn(listens), ...ports],
    health: { ...member.local, readyPath: `${member.pathPrefix ?? ''}${readyPath}`, loaded },
  })
}
