/** What promtool says of the selectors that federation asks with: what it refuses, /federate refuses or answers too much to. */
import { join } from 'node:path'
import type { Problem } from '../../diagnostic/problem.ts'
import type { Cell } from '../../inventory/model.ts'
import { at } from '../../inventory/text/place.ts'
import { writeBriefly } from '../../trust/replace-file.ts'
import { checkProblem } from '../messages.ts'
import { inCheckDirectory, type RunTool, refuses } from '../tool/run.ts'

/** Each refused selector at its place. promtool judges expressions of rules only, so each becomes one. */
export async function checkSelectors(
  { name, federation }: Pick<Cell, 'name' | 'federation'>,
  promtool: RunTool,
): Promise<readonly Problem[]> {
  const match = federation?.match ?? []
  if (match.length === 0) return []
  return inCheckDirectory(async directory => {
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
      const said = /could not parse expression: (.*)/.exec(result.all)?.[1]
      problems.push(checkProblem.selectorRefused(at(match, index), name, said, result.all))
    }
    return problems
  })
}
