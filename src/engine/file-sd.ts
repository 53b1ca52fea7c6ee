/** Checks shipped files of targets with promtool, whose check of the config's syntax does not read them. */
import { rm } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { yamlText } from '../../roles/yaml.ts'
import { error, isError, type Problem, type SourceRange } from '../diagnostic/problem.ts'
import { asWritten } from '../inventory/as-written.ts'
import { brings } from '../inventory/host-paths.ts'
import { jobsOf } from '../inventory/jobs.ts'
import type { PrometheusSettings, ShippedFile, YamlMap } from '../inventory/model.ts'
import { quote, range, source } from '../inventory/place.ts'
import { listOf, mapsIn } from '../inventory/upstream-values.ts'
import { parseYaml } from '../inventory/yaml.ts'
import { makePrivateDirectory } from '../trust/private-directory.ts'
import { writeBriefly } from '../trust/replace-file.ts'
import { columnOf } from './refusal.ts'
import { type RunTool, refuses } from './tool.ts'

const root = '/etc/prometheus'
const config = 'check.yml'

/** A job and the shipped files that it takes targets from. */
interface Taker {
  readonly job: YamlMap
  readonly files: readonly ShippedFile[]
}

/**
 * One error for each shipped file that a `file_sd_configs` names and that promtool cannot read, or in which it finds what
 * is no target once the job's own relabelling is done.
 */
export async function checkFileSd(
  prometheus: Pick<PrometheusSettings, 'scrapeConfigs' | 'jobFiles' | 'files'>,
  promtool: RunTool,
): Promise<readonly Problem[]> {
  const takers = takersOf(prometheus)
  const found = [...new Set(takers.flatMap(({ files }) => files))]
  if (found.length === 0) return []
  const directory = makePrivateDirectory('promha-check-')
  try {
    const names = new Map(found.map((file, index) => [file, `${index}${posix.extname(file.name)}`]))
    for (const [file, name] of names) await writeBriefly(join(directory, name), file.content)
    const judge = async (which: readonly Taker[], as: string) => {
      const jobs = which.map(({ job, files }, index) => ({
        ...relabelling(job),
        job_name: asWritten(job, 'job_name') ?? String(index),
        file_sd_configs: [{ files: files.map(file => names.get(file) ?? '') }],
      }))
      await writeBriefly(join(directory, as), yamlText({ scrape_configs: jobs }))
      return promtool(['check', 'config', as], directory)
    }
    // One run if all is well.
    if (!refuses(await judge(takers, config))) return []
    const problems = new Map<ShippedFile, Problem>()
    for (const { job, files } of takers) {
      for (const file of files.filter(one => !problems.has(one))) {
        const result = await judge([{ job, files: [file] }], `${problems.size}-${config}`)
        // What is wrong with the job itself is told by the check of the config.
        if (refuses(result) && !/parsing YAML file/.test(result.all))
          problems.set(file, refused(file, reasonOf(result.all)))
      }
    }
    return [...problems.values()]
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function takersOf(
  prometheus: Pick<PrometheusSettings, 'scrapeConfigs' | 'jobFiles' | 'files'>,
): readonly Taker[] {
  return jobsOf(prometheus).flatMap(({ job, below }) => {
    const paths = mapsIn(job.file_sd_configs)
      .flatMap(sd => listOf(sd.files))
      .filter(path => typeof path === 'string')
      .map(path => posix.resolve(root, below, path))
    const files = prometheus.files.filter(({ name }) => paths.some(path => brings([name], path, root)))
    return files.length > 0 ? [{ job, files }] : []
  })
}

/** What makes the address of a target. */
function relabelling(job: YamlMap): YamlMap {
  const { params, relabel_configs } = job
  const scalars = ['scheme', 'metrics_path'].map(key => [key, asWritten(job, key)])
  return {
    ...(params == null ? {} : { params }),
    ...(relabel_configs == null ? {} : { relabel_configs }),
    ...Object.fromEntries(scalars.filter(([, value]) => value !== undefined)),
  }
}

function refused(file: ShippedFile, reason: string): Problem {
  const text = Buffer.from(file.content).toString('utf8')
  const { line, column } = placeOf(file, text, reason)
  return error(`promtool refuses the targets in ${quote(file.path)}`, {
    // Without the text of the line: contents of "files:" are never shown.
    source: { file: file.path, line, column },
    detail: file.outside
      ? "The file lies outside the inventory's directory, so promha does not show what promtool says about it."
      : reason,
    remedy: 'Correct the file: a list of maps with "targets" and "labels", both in their upstream form.',
  })
}

function reasonOf(said: string): string {
  return said
    .split('\n')
    .filter(line => line.trim() !== '' && !/^Checking |SUCCESS/.test(line))
    .map(line => line.replace(/^\s*FAILED: (?:checking SD file "[^"]*": )?/, ''))
    .join('\n')
    .trim()
}

/** The line that promtool names, the place of a YAML or JSON fault, or what promtool quotes. */
function placeOf({ path }: ShippedFile, text: string, reason: string): SourceRange {
  const from = source(path, text)
  const { value, problems } = parseYaml(from, undefined, 'first')
  const [, number, said = ''] = /\bline (\d+): (.*)/.exec(reason) ?? []
  if (number !== undefined) {
    const line = Number(number)
    return { file: path, line, column: columnOf({ line, text: said }, value, text) }
  }
  const fault = problems.find(isError)?.source
  if (fault) return fault
  const quoted = /"((?:[^"\\]|\\.)+)"/.exec(reason)?.[1]
  const start = quoted === undefined ? -1 : text.indexOf(quoted)
  return start < 0
    ? { file: path, line: 1, column: 1 }
    : range({ source: from, start, end: start + (quoted?.length ?? 0) })
}
