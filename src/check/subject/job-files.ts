/** Files of `scrape_config_files`, judged with the cell's global settings: some of their mistakes depend on these. */
import { dirname, join } from 'node:path'
import type { JobFile } from '../../../roles/prometheus/settings/schema.ts'
import { yamlText } from '../../../roles/text/yaml.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import { isYamlMap } from '../../inventory/upstream/upstream-values.ts'
import { writeBriefly } from '../../trust/replace-file.ts'
import { type Judged, toolProblems } from '../refusal.ts'
import { type RunTool, refuses } from '../tool/run.ts'

/** What promtool says of a file of jobs alone that may be wrong once the global settings are there. */
export function dependsOnGlobal(said: string): boolean {
  return /scrape timeout greater than|_(?:escaping|validation)_scheme/.test(said)
}

interface JudgedBundle {
  readonly judged: Judged
  /** Where its files are. */
  readonly directory: string
  /** `prometheus in cell eu`. */
  readonly of: string
}

export async function judgeJobFiles(
  jobFiles: readonly JobFile[],
  { judged, directory, of }: JudgedBundle,
  run: RunTool,
): Promise<readonly Problem[]> {
  const { check, files } = judged
  const main = check.args.find(arg => files.some(({ name }) => name === arg))
  const whole = files.find(({ name }) => name === main)?.value
  const global = isYamlMap(whole) ? whole.global : undefined
  const [command = '', subject = '', ...rest] = check.args
  const flags = rest.filter(arg => arg.startsWith('-'))
  const found = await Promise.all(
    jobFiles.map(async ({ name, jobs }, index) => {
      const value = { global: global ?? {}, scrape_configs: jobs }
      const copy = join(dirname(name), `promha-jobs-${index}.yml`)
      const content = yamlText(value)
      await writeBriefly(join(directory, copy), content)
      const args = [command, subject, '--syntax-only', ...flags, copy]
      const result = await run(args, directory)
      if (!refuses(result)) return []
      const files = [...judged.files, { name: copy, content, value }]
      const message = result.all.replaceAll(`${directory}/`, '')
      return toolProblems({ ...judged, check: { ...check, args }, files }, message, of)
    }),
  )
  return found.flat()
}
