/** Templates judged by themselves, where amtool stops at a placeholder of the config before it reads them. */
import { join } from 'node:path'
import { writeBriefly } from '../../trust/replace-file.ts'
import { type RunTool, refuses } from '../tool/run.ts'

const config = 'promha-templates.yml'

/** What amtool says of the templates among the files `names`, as a list of one; undefined if it takes them. */
export async function refusedTemplates(
  names: readonly string[],
  amtool: RunTool,
  directory: string,
): Promise<readonly [string] | undefined> {
  const templates = names.filter(name => name.startsWith('templates/'))
  if (templates.length === 0) return undefined
  const text = { templates, route: { receiver: 'none' }, receivers: [{ name: 'none' }] }
  await writeBriefly(join(directory, config), JSON.stringify(text))
  const result = await amtool(['check-config', config], directory)
  return refuses(result) ? [result.all] : undefined
}
