/** Which of what runs or is installed on a host a new instance takes the place of. Pure. */
import { posix } from 'node:path'
import { type CommandFlags, flagValue, type TakeOverDefinition } from '../../../roles/component.ts'
import { definitionOf, knownDefinition } from '../../../roles/index.ts'
import { defined } from '../../diagnostic/defined.ts'
import type { Component } from '../../inventory/model.ts'
import { isStored } from '../../resource/hash.ts'
import { type Instance, ofKind } from '../../resource/model.ts'
import type { Observed } from '../../resource/observed.ts'
import type { FoundProcess, FoundPrograms, FoundUnit } from '../../shell/host/found.ts'
import { componentOf, flagsOf, ownWords } from './command-flags.ts'
import { unitCommand } from './exec-start.ts'

/** A program whose place promha takes, as it runs or as its unit file says. */
export interface Predecessor {
  readonly component: Component
  readonly flags: CommandFlags
  /** Where relative paths begin. */
  readonly directory: string
  /** Absent if no system service runs it. */
  readonly unit?: string
  /** Absent if it does not run. */
  readonly pid?: number
  /** Its unit starts at boot. */
  readonly enabled: boolean
  /** It runs in a container, so its paths mean other files than on the host. */
  readonly contained: boolean
}

/** How one that another tool set up is found; undefined of what no other tool sets up, or this promha does not know. */
export function takeOverOf(component: Component): TakeOverDefinition | undefined {
  return knownDefinition(component)?.takeOver
}

/** Whether the instance is promha's first of its component on the host, and so may replace what another tool set up. */
export function takesOver(instance: Instance, { records }: Observed): boolean {
  const { component, retired, back } = instance
  return takeOverOf(component) !== undefined && !retired && back === undefined && !records.has(component)
}

/** Units to look at before the instance is installed. */
export function unitsBefore({ component, service }: Instance): readonly string[] {
  const { units } = takeOverOf(component) ?? {}
  return units ? [service.unit, ...units.map(name => `${name}.service`)] : []
}

/** A unit of the instance's own name is replaced. Any other program has to give way only if it listens on the instance's port. */
export function predecessors(
  instance: Instance,
  { units, processes }: FoundPrograms,
): readonly Predecessor[] {
  const { component } = instance
  if (!takeOverOf(component)) return []
  const own = unitsBefore(instance)
  const ports = new Set(instance.service.ports.map(({ port }) => port))
  const ofUnits = units
    .filter(({ name }) => own.includes(name))
    .flatMap(unit => ofUnit(component, unit, processes) ?? [])
  const seen = new Set(ofUnits.map(({ pid }) => pid))
  const others = processes
    .filter(({ pid, argv, ofHost }) => ofHost && !seen.has(pid) && componentOf(argv[0] ?? '') === component)
    .map(process => ofProcess(component, process, unitOfGroup(process.group)))
  const portOf = (address: string) => Number(/:(\d+)$/.exec(address)?.[1])
  return [...ofUnits, ...others].filter(
    ({ flags, unit }) =>
      unit === instance.service.unit || listens(component, flags).some(one => ports.has(portOf(one))),
  )
}

function ofUnit(
  component: Component,
  unit: FoundUnit,
  processes: readonly FoundProcess[],
): Predecessor | undefined {
  const inside = processes.filter(
    ({ group }) => unit.group !== '' && `${group}/`.startsWith(`${unit.group}/`),
  )
  const process =
    inside.find(({ argv }) => componentOf(argv[0] ?? '') === component) ??
    processes.find(({ pid, argv }) => pid === unit.pid && startsProgram(component, argv))
  // What runs is the truth: the file may have been changed since.
  if (process) return { ...ofProcess(component, process, unit.name), enabled: unit.enabled }
  const { argv, directory } = unitCommand(unit.texts, unit.environments)
  if (argv.length === 0) return undefined
  const flags = flagsOf(ownWords(component, argv))
  return { component, flags, directory, unit: unit.name, enabled: unit.enabled, contained: false }
}

function ofProcess(component: Component, process: FoundProcess, unit: string | undefined): Predecessor {
  const { pid, argv, directory, group } = process
  const flags = flagsOf(ownWords(component, argv))
  // By what lies below the service, since the whole host may be a container.
  const below = group.split(/\.service(?=\/|$)/).at(-1) ?? ''
  const contained = /docker|libpod|containerd|kubepods|crio-|machine\.slice/.test(below)
  return { component, flags, directory, pid, ...defined({ unit }), enabled: false, contained }
}

/** A program of another name is known by its flags; a shell that started it has none of two dashes. */
function startsProgram(component: Component, argv: readonly string[]): boolean {
  return (
    componentOf(ownWords(component, argv)[0] ?? '') === component || argv.some(word => word.startsWith('--'))
  )
}

/** The system service that a control group is of; a user's own services are none. */
function unitOfGroup(group: string): string | undefined {
  return group.includes('user.slice') ? undefined : /([^/]+\.service)(?:\/|$)/.exec(group)?.[1]
}

/** `ADDRESS:PORT` of each; all addresses are `0.0.0.0`: Go listens for IPv4 and IPv6 by whatever name. */
export function listens(component: Component, flags: CommandFlags): readonly string[] {
  const given = flags.get('web.listen-address') ?? [`:${definitionOf(component).health.port}`]
  return [...new Set(given.map(address => address.replace(/^(\*|\[::\])?:(?=\d+$)/, '0.0.0.0:')))].sort()
}

/** The instance's own command line, from its unit file. */
export function wantedFlags({ component, resources }: Instance): CommandFlags {
  const [unit] = ofKind(resources, 'unit')
  if (!takeOverOf(component) || unit === undefined || isStored(unit.content)) return new Map()
  return flagsOf(ownWords(component, unitCommand([String(unit.content)]).argv))
}

/** Relative paths count from the program's working directory. */
export function absolute({ directory }: Predecessor, path: string): string {
  return posix.resolve(directory, path)
}

/** Its config file; undefined for programs without one. */
export function configOf(found: Predecessor): string | undefined {
  const path = flagValue(found.flags, 'config.file') ?? takeOverOf(found.component)?.config
  return path === undefined ? undefined : absolute(found, path)
}
