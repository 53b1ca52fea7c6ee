/** Checks shipped files of targets with promtool, whose check of the config's syntax does not read them. */
import { rm } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { error, type Problem } from '../diagnostic/problem.ts'
import { brings } from '../inventory/host-paths.ts'
import { jobsOf } from '../inventory/jobs.ts'
import type { PrometheusSettings, ShippedFile } from '../inventory/model.ts'
import { quote } from '../inventory/place.ts'
import { listOf, mapsIn } from '../inventory/upstream-values.ts'
import { makePrivateDirectory } from '../trust/private-directory.ts'
import { writeBriefly } from '../trust/replace-file.ts'
import { targetFaults } from './file-sd-place.ts'
import { type RunTool, refuses } from './tool.ts'

const root = '/etc/prometheus'
const config = 'check.yml'

/** One error for each shipped file that a `file_sd_configs` names and that promtool cannot read. */
export async function checkFileSd(
  prometheus: Pick<PrometheusSettings, 'scrapeConfigs' | 'jobFiles' | 'files'>,
  promtool: RunTool,
): Promise<readonly Problem[]> {
  const paths = jobsOf(prometheus).flatMap(({ job, below }) =>
    mapsIn(job.file_sd_configs)
      .flatMap(sd => listOf(sd.files))
      .filter(path => typeof path === 'string')
      .map(path => posix.resolve(root, below, path)),
  )
  const found = prometheus.files.filter(({ name }) => paths.some(path => brings([name], path, root)))
  if (found.length === 0) return []
  const directory = makePrivateDirectory('promha-check-')
  try {
    const names = found.map(({ name }, index) => `${index}${posix.extname(name)}`)
    for (const [index, { content }] of found.entries())
      await writeBriefly(join(directory, names[index] ?? ''), content)
    const judge = async (which: readonly string[], as: string) => {
      const jobs = which.map(name => ({ job_name: name, file_sd_configs: [{ files: [name] }] }))
      await writeBriefly(join(directory, as), JSON.stringify({ scrape_configs: jobs }))
      return promtool(['check', 'config', as], directory)
    }
    // One run if all is well.
    if (!refuses(await judge(names, config))) return []
    const problems: Problem[] = []
    for (const [index, file] of found.entries()) {
      const result = await judge(names.slice(index, index + 1), `${index}-${config}`)
      if (refuses(result)) problems.push(...refused(file, reasonOf(result.all)))
    }
    return problems
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function refused(file: ShippedFile, reason: string): readonly Problem[] {
  const text = Buffer.from(file.content).toString('utf8')
  return targetFaults(file.path, text, reason).map(({ said, line, column, remedy }) =>
    error(`promtool refuses the targets in ${quote(file.path)}`, {
      // Without the text of the line: contents of "files:" are never shown.
      source: { file: file.path, line, column },
      detail: file.outside
        ? "The file lies outside the inventory's directory, so promha does not show what promtool says about it."
        : said,
      remedy: file.outside ? form : (remedy ?? form),
    }),
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
