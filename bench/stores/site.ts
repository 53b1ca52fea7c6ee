/** A pair that feeds a store, with the programs that Debian has, until a case upgrades them. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parse, stringify } from 'yaml'
import { upstreamRelease } from '../../src/artifact/catalog.ts'
import type { Fleet } from '../../test/e2e/support/fleet.ts'
import { promha } from '../../test/e2e/support/promha.ts'
import { thrifty } from '../../test/e2e/support/site.ts'
import { launch } from '../breaking/launch.ts'
import { packRelease } from './build/pack.ts'
import { goProgram } from './build/programs.ts'

/** Seconds. */
export const scrapeInterval = 2
export const replicas = ['mon-a', 'mon-b'] as const
export const nodes = ['app-01', 'app-02'] as const

export interface StoreWorld {
  readonly fleet: Fleet
  readonly inventory: string
  /** Applies a newer version of a component, which is built from its Go module. Rejects if the apply fails. */
  readonly upgrade: (component: string, program: string) => Promise<void>
  /** What runs, as words. */
  readonly versions: () => Promise<string>
  readonly close: () => Promise<void>
}

/** A site whose first apply has been made and proven. `programOf` gives the directory with a program that was built. */
export async function makeStoreWorld(
  fleet: Fleet,
  programOf: (name: string) => Promise<string>,
): Promise<StoreWorld> {
  const directory = await mkdtemp(join(tmpdir(), 'promha-stores-'))
  const close = () => rm(directory, { recursive: true, force: true })
  // What is accepted may not lie beside the inventory.
  const inventory = join(directory, 'site/inventory.yml')
  const packed = join(directory, 'packed')
  // What is built here is accepted for this run alone, and not by the person who starts it.
  process.env.PROMHA_TRUSTED = join(directory, 'trusted')
  const built: Record<string, string> = {}
  const write = () => writeFile(inventory, stringify(draft(fleet, built, packed)))
  const apply = async () => {
    const { code, stdout, stderr } = await launch('apply', inventory).done
    if (code !== 0) throw new Error(`apply ended with ${code}\n${stdout}\n${stderr}`)
  }
  try {
    await mkdir(dirname(inventory))
    await write()
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
    upgrade: async (component, program) => {
      const { version } = goProgram(program)
      await packRelease(await programOf(program), upstreamRelease(component, version, 'amd64'), packed)
      built[component] = version
      await write()
      const { code, stderr } = await promha(['artifacts', 'trust', inventory, '--yes'])
      if (code !== 0) throw new Error(`${component} ${version} was not accepted\n${stderr}`)
      await apply()
    },
    versions: async () => {
      const lock = await readFile(inventory.replace(/\.yml$/, '.lock.yml'), 'utf8')
      const version = (component: string) => built[component] ?? lockedVersion(lock, component)
      return `Prometheus ${version('prometheus')}, VictoriaMetrics ${version('victoriametrics')}`
    },
  }
}

/** What Debian's build of VictoriaMetrics is, only the lock file says: it tells no version itself. */
export function lockedVersion(lock: string, component: string): string {
  const { artifacts } = parse(lock) as { artifacts: readonly { component: string; version: string }[] }
  const found = artifacts.find(one => one.component === component)
  if (found === undefined) throw new Error(`the lock file has no ${component}`)
  return found.version
}

/** @param built versions of the components that are taken from `packed` */
export function draft(fleet: Pick<Fleet, 'lab'>, built: Readonly<Record<string, string>>, packed: string) {
  const { hosts, sshConfig } = fleet.lab()
  const places = hosts.map(({ name, address, user }) => {
    return [name, { address, ...(user === 'root' ? { ssh: { sudo: false } } : {}) }] as const
  })
  const sources = Object.keys(built).map(component => [component, { from: packed }] as const)
  const interval = `${scrapeInterval}s`
  const [a, b] = replicas
  return {
    promha: 1,
    ssh: { config: sshConfig },
    artifacts: { from: 'debian', suite: 'forky', components: Object.fromEntries(sources) },
    versions: { ...built },
    hosts: Object.fromEntries(places),
    cells: {
      lab: {
        prometheus: {
          replicas: { a, b },
          retention: { time: '10d' },
          global: { scrape_interval: interval, evaluation_interval: interval },
        },
        exporters: { node: { hosts: ['all'], flags: thrifty } },
        storage: { victoriametrics: { hosts: [...nodes], retention: '30d' } },
      },
    },
  }
}
