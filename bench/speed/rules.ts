/** What `validate` costs on many hosts and rules, against promtool on the same rule files. */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { measure, median } from './measure.ts'

const hosts = 500
const files = 100
const rulesInFile = 20

export interface RulesMeasured {
  readonly validate: readonly number[]
  readonly promtool: readonly number[]
}

/**
 * Validates a site with as many hosts and rules, and checks the rules alone, in turns.
 * @param inventory of the lab, whose source of programs is used
 */
export async function measureRules(
  directory: string,
  inventory: string,
  cache: string,
  promha: readonly string[],
  rounds: number,
): Promise<RulesMeasured> {
  const { artifacts } = parse(readFileSync(inventory, 'utf8')) as { artifacts?: unknown }
  makeSite(directory, artifacts)
  const [node = '', ...rest] = promha
  const validate = async () =>
    (await measure(node, [...rest, 'validate', join(directory, 'inventory.yml')])).seconds
  // The first one writes the lock file.
  await validate()
  const promtool = newestProgram(join(cache, 'bin'), 'promtool')
  const names = readdirSync(join(directory, 'rules')).map(name => join(directory, 'rules', name))
  const found = { validate: [] as number[], promtool: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    found.promtool.push((await measure(promtool, ['check', 'rules', ...names])).seconds)
    found.validate.push(await validate())
  }
  rmSync(directory, { recursive: true, force: true })
  return found
}

/** At most one and a half times promtool's own time and 0.6 s. */
export function rulesRatio({ validate, promtool }: RulesMeasured): number {
  return median(validate) / (1.5 * median(promtool) + 0.6)
}

function makeSite(directory: string, artifacts: unknown): void {
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(join(directory, 'rules'), { recursive: true })
  const address = (n: number) => `198.18.${n >> 8}.${n & 255}`
  const named = Array.from(
    { length: hosts },
    (_, n) => [`host-${n + 1}`, { address: address(n + 1) }] as const,
  )
  const pair = ['host-1', 'host-2']
  const cell = {
    prometheus: { replicas: { a: pair[0], b: pair[1] }, rule_files: ['rules/*.yml'] },
    alertmanager: { hosts: pair, config: { route: { receiver: 'team' }, receivers: [{ name: 'team' }] } },
    exporters: { node: { hosts: ['all'] } },
  }
  const site = {
    promha: 1,
    ...(artifacts ? { artifacts } : {}),
    hosts: Object.fromEntries(named),
    cells: { c: cell },
  }
  writeFileSync(join(directory, 'inventory.yml'), stringify(site))
  for (let file = 0; file < files; file++) {
    const rules = Array.from({ length: rulesInFile }, (_, n) => ({
      alert: `ManyErrors${file}x${n}`,
      expr: `sum by (job) (rate(errors_total{job="j${file}"}[5m])) / sum by (job) (rate(requests_total{job="j${file}"}[5m])) > 0.${n + 10}`,
      for: '10m',
      labels: { severity: 'page' },
      annotations: { summary: '{{ $labels.job }} has many errors' },
    }))
    writeFileSync(
      join(directory, 'rules', `r${file}.yml`),
      stringify({ groups: [{ name: `g${file}`, rules }] }),
    )
  }
}

/** The one that was used or unpacked last. */
function newestProgram(directory: string, name: string): string {
  const all = readdirSync(directory)
    .map(hash => join(directory, hash, name))
    .filter(path => statSync(path, { throwIfNoEntry: false }) !== undefined)
  const newest = all.sort((a, b) => statSync(b).atimeMs - statSync(a).atimeMs)[0]
  if (newest === undefined) throw new Error(`no ${name} below ${directory}`)
  return newest
}
