/** The input series of a rule test that promtool cannot read: it names neither their line nor their file. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { SourceRange } from '../diagnostic/problem.ts'
import { at } from '../inventory/place.ts'
import { mapsIn } from '../inventory/upstream-values.ts'
import { writeBriefly } from '../trust/replace-file.ts'
import { type RunTool, refuses } from './tool.ts'
import { mostSeries } from './tool-bounds.ts'

/**
 * Where the first of them is; undefined if each of them can be read alone.
 * @param directory for the files of this question alone
 */
export async function seriesFault(
  value: Readonly<Record<string, unknown>>,
  promtool: RunTool,
  directory: string,
): Promise<SourceRange | undefined> {
  const all = mapsIn(value.tests).flatMap(test => mapsIn(test.input_series))
  for (const [index, one] of all.slice(0, mostSeries).entries()) {
    const { series, values } = one
    const name = `series-${index}.yml`
    const alone = { tests: [{ interval: '1m', input_series: [{ series, values }] }] }
    await mkdir(directory, { recursive: true })
    await writeBriefly(join(directory, name), JSON.stringify(alone))
    if (refuses(await promtool(['test', 'rules', name], directory))) return at(one, 'series').source
  }
  return undefined
}
