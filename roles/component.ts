/** What promha has to know of a component besides its role: one value in `roles/NAME/component.ts`. */
import type { Problem } from '../src/diagnostic/problem.ts'
import type { ArtifactOrigin } from '../src/inventory/artifact/origin.ts'
import type { Own } from '../src/inventory/cell/flags.ts'
import type { Cell, CommonSettings, Component } from '../src/inventory/model.ts'
import type { Place } from '../src/inventory/text/source-text.ts'
import type { Instance } from '../src/resource/model.ts'
import type { CellTopology, Member } from '../src/topology/model.ts'
import type { ComponentChecks } from '../src/verify/checks/facet.ts'
import type { ExporterDefinition } from './exporters/definition.ts'
import type { CellPart } from './part.ts'
import type { ReleaseDefinition } from './release.ts'
import type { Trial } from './trial.ts'

export interface ComponentDefinition {
  /** Its name in messages about hosts, under `versions:`, and for `--only` and `--skip`. */
  readonly name: string
  /** Other names that `--only` and `--skip` take. */
  readonly aliases?: readonly string[]
  /** Keys that lead to it in a cell; absent: it comes with the addresses of other components. */
  readonly key?: readonly [string, ...string[]]
  /** What a cell says of it; undefined if the cell has none. Absent: the cell does not say anything of its own. */
  readonly settings?: (cell: Cell) => CommonSettings | undefined
  /** What it adds to what a cell may say; absent: nothing, or it is an exporter. */
  readonly parts?: readonly CellPart[]
  /** One of it in a message: `no other NOUN of the cell`. */
  readonly noun: string
  /** The system user that it runs as, which promha makes. Absent: one of the host's, or root. */
  readonly account?: string
  /** Packages of the host's own system that it needs. */
  readonly packages?: readonly string[]
  /** Flags that promha sets itself; absent: the inventory gives it none. */
  readonly ownFlags?: Own
  /** The first release that listens on several addresses; `any`: all do. Absent: it listens on one. */
  readonly severalAddressesFrom?: string
  /** Absent: its program is a package of the host's own system. */
  readonly release?: ReleaseDefinition
  /** What its release is called under `versions:` and in the lock file, if several components share it. Absent: as the component. */
  readonly releaseName?: string
  /** Its members in a cell, in the order in which they are changed; a host may stand there more than once. */
  readonly members: (cell: CellTopology) => readonly (ComponentMember | Member)[]
  /** The check of verify that fails if it is not there. */
  readonly readyCheck: string
  /** What verify and status ask of it; absent: what they ask of any exporter. */
  readonly checks?: () => Promise<ComponentChecks>
  /** How it is asked on its own host unless it is told otherwise. */
  readonly health: ComponentHealth
  /** When it is changed, among the others of a cell. */
  readonly order: ChangeOrder
  /** Several members have to be alike; what they are together: `pair`, `cluster`. */
  readonly together?: string
  /** The cell is there for it: even its only member is not interrupted without a question. */
  readonly essential?: true
  /** It is an exporter of the catalogue. */
  readonly exporter?: ExporterDefinition
  /** How one that another tool set up is found and read. */
  readonly takeOver?: TakeOverDefinition
  /** What is tried from its host before anything is changed, if it is to change there; undefined: nothing. `cells`: all. */
  readonly trial?: (instance: Instance, cells: readonly Cell[]) => Trial | undefined
  /** What is wrong with what a cell says of it, given who is in the cell; absent: its settings alone tell. */
  readonly cellProblems?: (cell: Cell, topology: CellTopology) => readonly Problem[]
  /** Why a step from one version to another is refused; absent: every step can be undone. */
  readonly versionProblems?: (step: VersionStep) => readonly Problem[]
  /** Its unit's text as a host's own facts want it. */
  readonly fittedUnit?: (unit: string, host: HostFacts) => string
  /** The component that is asked through it. */
  readonly leadsTo?: string
  /** It moves addresses between hosts. */
  readonly movesAddresses?: {
    /** The config that it runs with; each address has a line of its own there, `ADDRESS/32` or `ADDRESS/128`. */
    readonly runningConfig: string
  }
  /** Its unit loads a chain of its name into the table `inet promha_peers`. */
  readonly peerRules?: true
  /** The flag in its unit by which it tells its peers where they reach it. */
  readonly advertiseFlag?: string
  /** Milliseconds between two rounds of its work, in which it sees changes; undefined if the cell has none of it. */
  readonly interval?: (cell: Cell) => number | undefined
  /** Path below its key in a cell to what stands under a path of its generated config; absent: its part as a whole. */
  readonly partOf?: (path: ConfigPath) => ConfigPath
  /** Where the inventory has what put a line into the text that promha writes for it. */
  readonly writtenFrom?: (cell: Cell, said: SaidOfText) => Place | undefined
}

/** The instances of one cell. `released` is asked only if the cell has the component. */
export type Role = (
  topology: CellTopology,
  cell: Cell,
  released: (component: Component) => Released,
) => readonly Instance[]

export interface Released {
  /** Where its programs come from. */
  readonly kind: ArtifactOrigin['kind']
  readonly version: string
}

/** What listens at one place is a `Member`. */
export interface ComponentMember {
  readonly host: string
}

export type ConfigPath = readonly (string | number)[]

/** What a tool said of a component's text. */
export interface SaidOfText {
  readonly message: string
  readonly text: string
  /** From 1; absent if the tool names none. */
  readonly line?: number | undefined
}

export interface VersionStep {
  readonly host: string
  /** What the host has; absent where nothing says. */
  readonly found: string | undefined
  readonly wanted: string
}

/** What a probe says of a host itself. */
export interface HostFacts {
  /** Whether a file system is mounted at or below /home or /root; absent where it could not tell. */
  readonly homesMounted?: boolean
}

/** How the running program is asked whether it is there, and what it has loaded. */
export interface ComponentHealth {
  /** Where it answers on its own host. */
  readonly address: string
  /** 0 if it listens on nothing. */
  readonly port: number
  /** 200 is ready. */
  readonly readyPath: string
  /** How a loaded config is confirmed after a reload. `unit`: it answers no questions; that its unit stays up is all. */
  readonly loaded: (typeof loadedWords)[number]
}

/** As stamps on hosts have them. */
export const loadedWords = ['prometheus', 'alertmanager', 'blackbox', 'none', 'unit'] as const

/** Of what listens nowhere. */
export const unitHealth: ComponentHealth = { address: '', port: 0, readyPath: '', loaded: 'unit' }

export interface ChangeOrder {
  /** One at a time in a cell, each gated on the one before; false: all at once. */
  readonly oneByOne: boolean
  /** What is changed before it, and leaves after it. Absent, as of an exporter, with `precedes`: it waits for no other component. */
  readonly follows?: readonly Follows[]
  /** What is changed after it, and leaves before it; so a store need not be named by what writes to it. */
  readonly precedes?: readonly Follows[]
  /** Why it is changed before all others, and leaves after them; absent: it is not. */
  readonly precedesAll?: string
  /** Why there may never be two of it, not even while it moves to another host: it leaves one before it comes to another. */
  readonly alone?: string
  /** If its change fails and is undone, the rest of its host goes on; absent: the host is given up. */
  readonly sparesHost?: true
}

export interface Follows {
  /** Names of components; `exporters`: every component that says neither what it follows nor that it precedes all. */
  readonly what: 'exporters' | readonly string[]
  /** A sentence that is true whether they come or leave: `prometheus scrapes the exporters`. */
  readonly because: string
  /** It says nothing of the order in which they leave. */
  readonly unlessLeaving?: true
}

/** Of programs that do not stand in for each other, and wait for nothing. */
export const exporterOrder: ChangeOrder = { oneByOne: false, sparesHost: true }

/** Flag → its values in their order, without dashes; a bare switch has the value ''. */
export type CommandFlags = ReadonlyMap<string, readonly string[]>

export interface TakeOverDefinition {
  /** Names of its program at upstream and in distributions, with `-` for each `_`. */
  readonly programs: RegExp
  /** Units by which distributions and other tools run it, besides promha's own, without `.service`. */
  readonly units: readonly string[]
  /** The config that it reads if no flag names one; absent: it has none. */
  readonly config?: string
  /** Absent: it keeps nothing. */
  readonly data?: DataDefinition
  /** What would be lost by a shorter time; absent: it keeps everything that it has. */
  readonly retention?: RetentionDefinition
  /** Flags of its own that have a warning or an error of their own, or whose loss changes nothing. */
  readonly knownFlags?: RegExp
  /** What other flags would change, besides what all programs have in common. */
  readonly flagChange?: (found: FoundFlags, wanted: CommandFlags) => FlagChange | undefined
}

export interface FoundFlags {
  readonly flags: CommandFlags
  /** The program's working directory, where relative paths begin. */
  readonly directory: string
}

export interface FlagChange {
  /** Follows the component's name. */
  readonly summary: string
  readonly remedy?: string
}

export interface DataDefinition {
  /** Names in its data directory, as patterns of the shell: one of them shows whose data it is. */
  readonly names: readonly string[]
  /** Where it keeps data; undefined if it keeps none. */
  readonly path: (flags: CommandFlags) => string | undefined
  /** The path is that of a file, not of a directory. */
  readonly file?: true
  /** What another path would mean. */
  readonly lost: string
  /** The key of the inventory that sets the path. */
  readonly key?: string
}

/** As written; what is missing sets no limit. */
export interface Retention {
  readonly time?: string
  readonly size?: string
  readonly percentage?: string
}

export interface RetentionDefinition {
  /** @param config what its config file says, if it may say something */
  readonly of: (flags: CommandFlags, config?: Retention) => Retention
  /** What to write in the inventory for a limit, and below which key. */
  readonly setting: (key: string, value: string) => string
}

/** The last value of the first of these flags that has one, which counts; undefined if all are missing or empty. */
export function flagValue(flags: CommandFlags, ...alternatives: readonly string[]): string | undefined {
  for (const name of alternatives) {
    const value = flags.get(name)?.at(-1)
    if (value !== undefined && value !== '') return value
  }
  return undefined
}
