/** A pair that feeds a store, with the programs that Debian has as long as no case upgrades them; what it lacks is built. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parse, stringify } from 'yaml'
import { upstreamRelease } from '../../src/artifact/catalog.ts'
import type { Fleet } from '../../test/e2e/support/fleet.ts'
import { promha } from '../../test/e2e/support/promha.ts'
import { hostsOf, thrifty } from '../../test/e2e/support/site.ts'
import { launch } from '../breaking/launch.ts'
import { packRelease } from './build/pack.ts'
import { goProgram } from './build/programs.ts'
import type { BuiltProgram, Ground, StoreSite } from './sites/definition.ts'

/** Seconds between two scrapes at a site. */
export function scrapeIntervalOf({ interval = 2 }: Pick<StoreSite, 'interval'>): number {
  return interval
}

export const replicas = ['mon-a', 'mon-b'] as const

export interface StoreWorld {
  readonly fleet: Fleet
  readonly inventory: string
  /** Applies the version of a component that is built from its Go module. Rejects if the apply fails. */
  readonly upgrade: (component: string, built: BuiltProgram) => Promise<void>
  /** What runs, as words. */
  readonly versions: () => Promise<string>
  readonly close: () => Promise<void>
}

/** Where programs are that were built: rejects for one that was not. */
export type ProgramOf = Ground['programOf']

/** A site whose first apply has been made and proven. */
export async function makeStoreWorld(
  fleet: Fleet,
  site: StoreSite,
  programOf: ProgramOf,
): Promise<StoreWorld> {
  const directory = await mkdtemp(join(tmpdir(), 'promha-stores-'))
  const close = () => rm(directory, { recursive: true, force: true })
  // What is accepted may not lie beside the inventory.
  const inventory = join(directory, 'site/inventory.yml')
  const ground: Ground = { fleet, directory: dirname(inventory), programOf }
  const packed = join(directory, 'packed')
  // What is built here is accepted for this run alone, and not by the person who starts it.
  process.env.PROMHA_TRUSTED = join(directory, 'trusted')
  const versions: Record<string, string> = {}
  const write = () => writeFile(inventory, stringify(draft(site, ground, { versions, packed })))
  const take = async (component: string, { program, calledInBuild }: BuiltProgram) => {
    const { version } = goProgram(program)
    const release = upstreamRelease(component, version, 'amd64')
    await packRelease({ directory: await programOf(program), calledInBuild }, release, packed)
    versions[component] = version
  }
  const apply = async () => {
    await write()
    if (Object.keys(versions).length > 0) {
      const trust = await promha(['artifacts', 'trust', inventory, '--yes'])
      if (trust.code !== 0) throw new Error(`what was built was not accepted\n${trust.stderr}`)
    }
    const { code, stdout, stderr } = await launch('apply', inventory).done
    if (code !== 0) throw new Error(`apply ended with ${code}\n${stdout}\n${stderr}`)
  }
  try {
    await mkdir(ground.directory)
    await site.prepare?.(ground)
    for (const [component, built] of Object.entries(site.built ?? {})) await take(component, built)
    await apply()
  } catch (failure) {
    // The caller gets nothing that it could close.
    await close()
    throw failure
  }
  return {
    fleet,
    inventory,
    close,
    upgrade: async (component, built) => {
      await take(component, built)
      await apply()
    },
    versions: async () => {
      const lock = await readFile(inventory.replace(/\.yml$/, '.lock.yml'), 'utf8')
      const named = Object.entries({ prometheus: 'Prometheus', ...site.components })
      return named.map(([key, words]) => `${words} ${versions[key] ?? lockedVersion(lock, key)}`).join(', ')
    },
  }
}

/** What Debian's build of a component is, only the lock file says: some tell no version themselves. */
export function lockedVersion(lock: string, component: string): string {
  const { artifacts } = parse(lock) as { artifacts: readonly { component: string; version: string }[] }
  const found = artifacts.find(one => one.component === component)
  if (found === undefined) throw new Error(`the lock file has no ${component}`)
  return found.version
}

interface Packed {
  /** Of the components that are taken from `packed`. */
  readonly versions: Readonly<Record<string, string>>
  readonly packed: string
}

/** The inventory. */
export function draft(
  site: Pick<StoreSite, 'cell' | 'interval'>,
  ground: Ground,
  { versions, packed }: Packed,
) {
  const lab = ground.fleet.lab()
  const sources = Object.keys(versions).map(component => [component, { from: packed }] as const)
  const interval = `${scrapeIntervalOf(site)}s`
  const [a, b] = replicas
  return {
    promha: 1,
    ssh: { config: lab.sshConfig },
    artifacts: { from: 'debian', suite: 'forky', components: Object.fromEntries(sources) },
    versions: { ...versions },
    hosts: hostsOf(lab),
    cells: {
      lab: {
        prometheus: {
          replicas: { a, b },
          retention: { time: '10d' },
          global: { scrape_interval: interval, evaluation_interval: interval },
        },
        exporters: { node: { hosts: ['all'], flags: thrifty } },
        ...site.cell(ground),
      },
    },
  }
}
