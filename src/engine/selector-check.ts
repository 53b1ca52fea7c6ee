/** What promtool says of the selectors that federation asks with: what it refuses, /federate refuses or answers too much to. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { error, type Problem } from '../diagnostic/problem.ts'
import type { Cell } from '../inventory/model.ts'
import { at, quote } from '../inventory/place.ts'
import { makePrivateDirectory } from '../trust/private-directory.ts'
import { writeBriefly } from '../trust/replace-file.ts'
import { type RunTool, refuses } from './tool.ts'

/**
 * Each refused selector as an error at its place in the inventory. It judges expressions of rules only, so each selector
 * becomes one; that it is nothing more than a selector was seen when the inventory was read.
 */
export async function checkSelectors(
  { name, federation }: Pick<Cell, 'name' | 'federation'>,
  promtool: RunTool,
): Promise<readonly Problem[]> {
  const match = federation?.match ?? []
  if (match.length === 0) return []
  const directory = makePrivateDirectory('promha-check-')
  try {
    const files = match.map((_, index) => `${index}.yml`)
    for (const [index, expr] of match.entries()) {
      const rules = { groups: [{ name: 'federation', rules: [{ record: 'selected', expr }] }] }
      await writeBriefly(join(directory, `${index}.yml`), JSON.stringify(rules))
    }
    // One run where all is well.
    const together = await promtool(['check', 'rules', ...files], directory)
    if (together.exitCode === 0) return []
    const problems: Problem[] = []
    for (const [index, file] of files.entries()) {
      const result = await promtool(['check', 'rules', file], directory)
      if (!refuses(result)) continue
      problems.push(
        error(`promtool refuses a selector under "match" of federation of cell ${quote(name)}`, {
          ...at(match, index),
          detail: /could not parse expression: (.*)/.exec(result.all)?.[1] ?? result.all.trim(),
          remedy: 'correct it: {__name__=~"job:.*"} and up{job="node"} are selectors',
        }),
      )
    }
    return problems
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
