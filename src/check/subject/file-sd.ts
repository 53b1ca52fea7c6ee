/** Checks files of the user of targets with promtool, whose check of the config's syntax does not read them. */
import { join, posix } from 'node:path'
import { jobsOf } from '../../../roles/prometheus/settings/jobs.ts'
import type { PrometheusSettings } from '../../../roles/prometheus/settings/schema.ts'
import { yamlText } from '../../../roles/text/yaml.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import { brings } from '../../inventory/file/host-paths.ts'
import type { UserFile, YamlMap } from '../../inventory/model.ts'
import { asWritten } from '../../inventory/text/as-written.ts'
import { mapsIn, yamlList } from '../../inventory/upstream/upstream-values.ts'
import { writeBriefly } from '../../trust/replace-file.ts'
import { checkProblem } from '../messages.ts'
import { inCheckDirectory, type RunTool, refuses } from '../tool/run.ts'
import { targetFaults } from './file-sd-place.ts'

const root = '/etc/prometheus'
const config = 'check.yml'

/** A job and the files of the user that it takes targets from. */
interface Taker {
  readonly job: YamlMap
  readonly files: readonly UserFile[]
}

/** One error for each mistake in the files of a `file_sd_configs`, judged after the job's own relabelling. */
export async function checkFileSd(
  prometheus: Pick<PrometheusSettings, 'scrapeConfigs' | 'jobFiles' | 'files'>,
  promtool: RunTool,
): Promise<readonly Problem[]> {
  const takers = takersOf(prometheus)
  const found = [...new Set(takers.flatMap(({ files }) => files))]
  if (found.length === 0) return []
  return inCheckDirectory(async directory => {
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
    const problems = new Map<UserFile, readonly Problem[]>()
    for (const { job, files } of takers) {
      for (const file of files.filter(one => !problems.has(one))) {
        const result = await judge([{ job, files: [file] }], `${problems.size}-${config}`)
        // What is wrong with the job itself is told by the check of the config.
        if (refuses(result) && !/parsing YAML file/.test(result.all))
          problems.set(file, refused(file, reasonOf(result.all)))
      }
    }
    return [...problems.values()].flat()
  })
}

function takersOf(prometheus: Pick<PrometheusSettings, 'scrapeConfigs' | 'jobFiles' | 'files'>) {
  return jobsOf(prometheus).flatMap(({ job, below }) => {
    const paths = mapsIn(job.file_sd_configs)
      .flatMap(sd => yamlList(sd.files))
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

function refused(file: UserFile, reason: string): readonly Problem[] {
  const text = Buffer.from(file.content).toString('utf8')
  return targetFaults(file.path, text, reason).map(({ said, line, column, remedy }) =>
    checkProblem.badTargetsFile(
      // Without the text of the line: contents of "files:" are never shown.
      { source: { file: file.path, line, column } },
      { path: file.path, outside: file.outside, said, form, remedy },
    ),
  )
}

const form =
  'Write the file as a list of maps with "targets" (a list of texts) and "labels" (a map of texts).'

function reasonOf(said: string): string {
  return said
    .split('\n')
    .filter(line => line.trim() !== '' && !/^Checking |SUCCESS/.test(line))
    .map(line => line.replace(/^\s*FAILED: (?:checking SD file "[^"]*": )?/, ''))
    .join('\n')
    .trim()
}
