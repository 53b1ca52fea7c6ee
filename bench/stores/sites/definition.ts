/** What a long-term store says of itself, to be taken apart while a pair feeds it: a file a store, and a line in `index.ts`. */
import type { Fleet } from '../../../test/e2e/support/fleet.ts'
import type { Span } from '../../breaking/poller.ts'
import type { Outage } from '../faults.ts'
import type { Keeping, StoredSeries } from '../measure.ts'

/** The store's own key in the inventory may be another one: two forms of one store are two sites. */
export interface StoreSite {
  /** One word, unique. */
  readonly name: string
  /** The heading of its page, and what it says below it of how the store is fed and keeps one copy: Markdown. */
  readonly title: string
  readonly about: string
  /** How many hosts the lab has: `mon-a` and `mon-b` with the pair, `app-01` and so on. */
  readonly hosts: number
  /** Words for its components, by name; their versions are told in this order. */
  readonly components: Readonly<Record<string, string>>
  /** Components that Debian has no program of, by name. They are built before the lab is booted. */
  readonly built?: Readonly<Record<string, BuiltProgram>>
  /** Programs that `prepare` needs, which are no components: an S3 server. */
  readonly beside?: readonly string[]
  /** Before the first apply: starts what the store needs beside it, writes files beside the inventory. */
  readonly prepare?: (ground: Ground) => Promise<void>
  /** What the cell of the inventory has besides the pair and the node exporters. */
  readonly cell: (ground: Ground) => Readonly<Record<string, unknown>>
  /** What each member has of the series of `measured` within a span, by its host, as a reader gets it. */
  readonly read: (fleet: Fleet, span: Span) => Promise<ReadonlyMap<string, readonly StoredSeries[]>>
  /** Seconds between two scrapes. Absent: two, which a store that needs much of the machine cannot keep up with. */
  readonly interval?: number
  /** Milliseconds by which the store itself holds samples back. Absent: none. */
  readonly late?: number
  readonly limits: StoreLimits
  /** What is taken away besides each replica. */
  readonly outages: readonly NamedOutage[]
  /** Its components of which a newer version can be built, by name. Each is upgraded, after the pair. */
  readonly upgrades?: Readonly<Record<string, BuiltProgram>>
}

export interface BuiltProgram {
  /** One of `goPrograms`. */
  readonly program: string
  /** Files that are called otherwise on a host than their build calls them: `{ m3dbnode: 'main' }`. */
  readonly calledInBuild?: Readonly<Record<string, string>>
}

/** Where a site is set up. */
export interface Ground {
  readonly fleet: Fleet
  /** The directory of the inventory. */
  readonly directory: string
  /** The directory with a program that was built. Rejects if the site does not say that it needs it. */
  readonly programOf: (name: string) => Promise<string>
}

export interface NamedOutage {
  readonly name: string
  readonly outage: Outage
}

export interface StoreLimits {
  readonly keeping: Keeping
  /** Seconds between two samples, without jitter, for a scrape interval in seconds. */
  readonly step: (interval: number) => number
  /** Why it is so long: Markdown, a clause behind the figure and a colon. */
  readonly why: string
  /** Samples of each target that one outage may cost, because the store itself drops them. Absent: none. */
  readonly lost?: (interval: number) => number
}

/** What every replica scrapes and no outage takes away. */
export const measured = 'up{job="node"}'
