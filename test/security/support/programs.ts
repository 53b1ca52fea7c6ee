/** Inventories whose author chose the programs, and programs that leave a trace when they are run. */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sha256, tarGz } from '../../artifact/support.ts'
import { program, type Ran } from '../../cli/promha.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

export const versions = { prometheus: '3.13.2', alertmanager: '0.34.0' } as const
const programsOf = {
  prometheus: ['prometheus', 'promtool'],
  alertmanager: ['alertmanager', 'amtool'],
} as const
type Made = keyof typeof versions

/** How each of them ends, in upstream's words: the servers take their flags, and fail at their config or port. */
const ends = {
  prometheus: `echo 'level=ERROR msg="Error loading config" err="no such file or directory"' >&2\nexit 2\n`,
  promtool: 'exit 0\n',
  alertmanager: `echo 'level=ERROR msg="Listen error" err="listen tcp: address 99999: invalid port"' >&2\nexit 1\n`,
  amtool: 'exit 0\n',
} as const

/** A file below upstream's layout → its content. */
export type Published = ReadonlyMap<string, Buffer>

export interface Case {
  /** Where everything is; gone afterwards. */
  readonly directory: string
  /** Where the user's own settings are. */
  readonly home: string
  /** Where the inventory lies, as its author made it. */
  readonly checkout: string
  readonly inventory: string
  /** The programs that were run so far, each with its arguments. */
  readonly ran: () => readonly string[]
  /** The environment that the last one saw. */
  readonly seenEnvironment: () => string
  /** Writes the inventory with these settings of `artifacts:`. */
  readonly write: (artifacts: string) => void
  readonly put: (path: string, content: string | Buffer) => void
  /** Runs promha from its sources as this user. */
  readonly promha: (args: readonly string[], environment?: Readonly<Record<string, string>>) => Promise<Ran>
  /** Releases of which every program leaves a trace. */
  readonly releases: Published
  readonly hashOf: (program: string) => string
}

const made: string[] = []

/** Within a suite of {@link eachCase}, gone after its test. `says` makes the programs differ. */
export async function makeCase(says = ''): Promise<Case> {
  const directory = mkdtempSync(join(tmpdir(), 'promha-security-'))
  made.push(directory)
  const [home, checkout] = [join(directory, 'home'), join(directory, 'checkout')]
  for (const folder of [home, checkout]) mkdirSync(folder)
  const trace = join(directory, 'ran')
  const environment = join(directory, 'environment')
  const inventory = join(checkout, 'inventory.yml')
  const scripts = new Map<string, Buffer>()
  const files = new Map<string, Buffer>()
  for (const component of Object.keys(versions) as Made[]) {
    const version = versions[component]
    for (const arch of ['amd64', 'arm64', 'armv7']) {
      const base = `${component}-${version}.linux-${arch}`
      const members: Record<string, Buffer> = {}
      for (const name of programsOf[component]) {
        const script = `#!/bin/sh\n# ${name} ${version} ${says}\nprintf '%s\\n' "${name} $*" >> ${trace}\nenv > ${environment}\n${ends[name]}`
        scripts.set(name, Buffer.from(script))
        members[`${base}/${name}`] = Buffer.from(script)
      }
      const folder = `prometheus/${component}/releases/download/v${version}`
      const content = await tarGz(members)
      files.set(`${folder}/${base}.tar.gz`, content)
      const sums = files.get(`${folder}/sha256sums.txt`)?.toString() ?? ''
      files.set(`${folder}/sha256sums.txt`, Buffer.from(`${sums}${sha256(content)}  ${base}.tar.gz\n`))
    }
  }
  const put: Case['put'] = (path, content) => {
    mkdirSync(dirname(join(checkout, path)), { recursive: true })
    writeFileSync(join(checkout, path), content)
  }
  put('rules/x.yml', 'groups: []\n')
  put('alertmanager.yml', 'route: { receiver: x }\nreceivers: [{ name: x }]\n')
  return {
    ...{ directory, home, checkout, inventory, put },
    releases: files,
    ran: () => (existsSync(trace) ? readFileSync(trace, 'utf8').trimEnd().split('\n') : []),
    seenEnvironment: () => readFileSync(environment, 'utf8'),
    write: artifacts => put('inventory.yml', textWith(artifacts)),
    promha: (args, more = {}) => promhaAs(home, args, more),
    hashOf: name => sha256(scripts.get(name) ?? ''),
  }
}

/** The case of each test of a suite. */
export function eachCase(): () => Case {
  let current: Case | undefined
  beforeEach(async () => {
    current = await makeCase()
  })
  afterEach(() => {
    current = undefined
    for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true })
  })
  return () => current ?? fail()
}

function fail(): never {
  throw new Error('no test is running')
}

/** Writes releases below a directory of the checkout. */
export function putReleases(one: Case, folder: string, releases: Published = one.releases): void {
  for (const [path, content] of releases) one.put(join(folder, path), content)
}

function textWith(artifacts: string): string {
  return `promha: 1
artifacts: ${artifacts}
hosts:
  a: { address: 198.18.0.11 }
  b: { address: 198.18.0.12 }
cells:
  eu:
    prometheus: { replicas: { a: a, b: b }, rule_files: [rules/*.yml] }
    alertmanager: { hosts: [a, b], config: alertmanager.yml }
`
}

function promhaAs(
  home: string,
  args: readonly string[],
  more: Readonly<Record<string, string>>,
): Promise<Ran> {
  const { PROMHA_TRUSTED: _, XDG_CONFIG_HOME: __, ...inherited } = process.env
  const options = { cwd: root, env: { ...inherited, HOME: home, NO_COLOR: '1', ...more } }
  return new Promise(resolve => {
    const child = execFile(process.execPath, [...program, ...args], options, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err })
    })
    child.stdin?.end()
  })
}
