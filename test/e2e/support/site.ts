/** What a user has in a directory: an inventory with the files it names, for the hosts of the lab. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import type { Lab } from '../../../src/lab/index.ts'
import type { Fleet } from './fleet.ts'
import { type Finished, promha, type Running, type Surroundings, start } from './promha.ts'

type Settings = Record<string, unknown>

/** The inventory before it is text; tests change what they are about. */
export interface Draft {
  promha: 1
  ssh: Settings
  artifacts: Settings
  versions: Record<string, string>
  hosts: Record<string, { address: string; ssh?: Settings }>
  cells: {
    lab: {
      prometheus: Settings & { flags: Settings; targets: Settings; rule_files: string[]; files: Settings }
      alertmanager: Settings & { flags: Settings }
      exporters: { node: { hosts: string[]; flags: Settings } }
    }
  }
}

export interface Site {
  readonly directory: string
  readonly inventory: string
  /** Changes the inventory. */
  readonly edit: (change: (draft: Draft) => void) => Promise<void>
  /** Writes a file beside it. */
  readonly put: (file: string, content: string) => Promise<void>
  readonly drop: (file: string) => Promise<void>
  readonly run: (command: string, ...flags: readonly string[]) => Promise<Finished>
  readonly start: (command: string, ...flags: readonly string[]) => Running
  /** Like `run` with an environment, or through another program. */
  readonly runIn: (around: Surroundings, command: string, ...flags: readonly string[]) => Promise<Finished>
  readonly remove: () => Promise<void>
}

export const rules = (expression = 'vector(1)') =>
  `groups:\n  - name: shop\n    rules:\n      - record: shop:answer\n        expr: ${expression}\n`

export const alertmanagerConfig = (receiver = 'nobody', name = 'nobody') =>
  stringify({
    route: { receiver, group_wait: '1s', group_interval: '10s', repeat_interval: '1h' },
    receivers: [{ name }],
  })

/** A pair with a rule file, targets of the user's own and an Alertmanager config; scraped often, to be proven soon. */
export async function makeSite(fleet: Fleet): Promise<Site> {
  const directory = await mkdtemp(join(tmpdir(), 'promha-site-'))
  const inventory = join(directory, 'inventory.yml')
  const draft = baseDraft(fleet)
  const write = () => writeFile(inventory, stringify(draft))
  const put = async (file: string, content: string) => {
    await mkdir(dirname(join(directory, file)), { recursive: true })
    await writeFile(join(directory, file), content)
  }
  await put('rules/shop.yml', rules())
  await put('alertmanager.yml', alertmanagerConfig())
  await write()
  await shareLock(inventory)
  const runIn: Site['runIn'] = (around, command, ...flags) => promha([command, inventory, ...flags], around)
  return {
    directory,
    inventory,
    put,
    edit: async change => {
      change(draft)
      await write()
    },
    drop: file => rm(join(directory, file)),
    run: (command, ...flags) => runIn({}, command, ...flags),
    start: (command, ...flags) => start([command, inventory, ...flags]),
    runIn,
    remove: () => rm(directory, { recursive: true, force: true }),
  }
}

/** Debian's build asks systemd for all its units at each scrape: scraped often on many hosts, that takes the machine. */
export const thrifty = {
  'collector.disable-defaults': true,
  'collector.loadavg': true,
  'collector.textfile': true,
}

/** The lab's hosts as an inventory has them. */
export function hostsOf({ hosts }: Lab): Draft['hosts'] {
  const places = hosts.map(({ name, address, user }) => {
    return [name, { address, ...(user === 'root' ? { ssh: { sudo: false } } : {}) }] as const
  })
  return Object.fromEntries(places)
}

function baseDraft(fleet: Fleet): Draft {
  return {
    promha: 1,
    ssh: { config: fleet.lab().sshConfig },
    artifacts: { from: 'debian', suite: 'forky' },
    versions: {},
    hosts: hostsOf(fleet.lab()),
    cells: {
      lab: {
        prometheus: {
          replicas: { a: 'mon-a', b: 'mon-b' },
          global: { scrape_interval: '2s', evaluation_interval: '2s' },
          external_labels: { region: 'test' },
          rule_files: ['rules/*.yml'],
          targets: { shop: [{ targets: [`${fleet.host('app-01').address}:9100`] }] },
          files: {},
          // An Alertmanager forgets its alerts at a restart and is told them again after this time, a minute by default.
          flags: { 'rules.alert.resend-delay': '5s' },
        },
        alertmanager: { hosts: ['mon-a', 'mon-b'], config: 'alertmanager.yml', flags: {} },
        exporters: { node: { hosts: ['all'], flags: { ...thrifty } } },
      },
    },
  }
}

let locked: Promise<string> | undefined

/** Debian's package list is long: one site reads it, the others get what it wrote down. */
async function shareLock(inventory: string): Promise<void> {
  const file = inventory.replace(/\.yml$/, '.lock.yml')
  if (locked === undefined) {
    locked = fetchPrograms(inventory, file)
    await locked
    return
  }
  await writeFile(file, await locked)
}

async function fetchPrograms(inventory: string, file: string): Promise<string> {
  const { code, stderr } = await promha(['artifacts', 'fetch', inventory])
  if (code !== 0) throw new Error(`the programs could not be fetched:\n${stderr}`)
  return readFile(file, 'utf8')
}
