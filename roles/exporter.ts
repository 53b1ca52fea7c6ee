/** The instances of the exporters, which all have the same form: one unit, a check of its flags, and one port. */
import { joinHostPort } from '../src/inventory/endpoint.ts'
import type { CommonSettings, HostSettings } from '../src/inventory/model.ts'
import { wordsOn } from '../src/inventory/words-on.ts'
import type { BundleCheck, Health, Instance, ListeningPort, Resource } from '../src/resource/model.ts'
import type { Member } from '../src/topology/model.ts'
import { orderOf } from '../src/topology/order.ts'
import { type FlagEnd, flagCheck, flagWords, listening } from './flags.ts'
import { renderTemplate } from './render.ts'
import { environmentFiles, unitWords } from './words.ts'

export interface Exporter {
  readonly name: 'node_exporter' | 'pushgateway' | 'blackbox_exporter'
  readonly cell: string
  readonly members: readonly Member[]
  readonly settings: CommonSettings
  /** What comes before the unit. */
  readonly before: readonly Resource[]
  /** promha's flags, in their order. */
  readonly flags: (listen: string) => readonly (readonly [string, string])[]
  /** For the template of the unit, beside the command line. */
  readonly values?: Readonly<Record<string, unknown>>
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
  const { name, cell, settings, before, flagEnd, checkedIn, checks = [], readyPath, loaded } = exporter
  return exporter.members.map(member => {
    const words = wordsOn(settings, member.host)
    const { listen, flags } = words
    const command = [`/usr/local/bin/${name}`, ...flagWords(exporter.flags(joinHostPort(listen)), flags)]
    const content = renderTemplate(name, `${name}.service`, {
      ...exporter.values,
      commandLine: { command },
      words: unitWords(name, words),
    })
    return programInstance({
      ...{ cell, component: name, member, words, before, content, readyPath, loaded },
      checks: [flagCheck(command, checkedIn, flags, flagEnd), ...checks],
    })
  })
}

interface ProgramOn {
  readonly cell: string
  readonly component: string
  readonly member: Member
  readonly words: HostSettings
  /** What comes before the unit. */
  readonly before: readonly Resource[]
  /** Of the unit. */
  readonly content: string
  readonly checks: readonly BundleCheck[]
  /** Below the path prefix. */
  readonly readyPath: string
  readonly loaded: Health['loaded']
  /** Besides that of `listen`. */
  readonly ports?: readonly ListeningPort[]
}

/** A program with one unit of its name, asked at the port on which it listens. */
export function programInstance(on: ProgramOn): Instance {
  const { cell, component, member, words, before, content, checks, readyPath, loaded, ports = [] } = on
  const { port, address } = words.listen
  const service = {
    kind: 'service',
    unit: `${component}.service`,
    ports: [...listening(port, [address], 'tcp'), ...ports],
  } as const
  return {
    cell,
    host: member.host,
    component,
    resources: [
      ...before,
      ...environmentFiles(component, words),
      { kind: 'unit', name: service.unit, content },
      service,
    ],
    service,
    checks,
    health: { ...member.local, readyPath: `${member.pathPrefix ?? ''}${readyPath}`, loaded },
    ...orderOf(component),
  }
}
