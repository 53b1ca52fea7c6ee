/** The user's dashboards. */
import { type Context, displayPath } from '../../../src/inventory/context.ts'
import { filesOfList, listedPaths } from '../../../src/inventory/file/user-files.ts'
import type { UserFile } from '../../../src/inventory/model.ts'
import { decode } from '../../../src/inventory/text/parsed-file.ts'
import { at } from '../../../src/inventory/text/place.ts'
import { range, source } from '../../../src/inventory/text/source-text.ts'
import { grafanaProblem } from '../messages.ts'
import { unfilledInput } from './dashboard-inputs.ts'
import { jsonFault } from './json-fault.ts'

/** With which the uids of promha's own dashboards begin. */
export const ownPrefix = 'promha-'

/** Each is judged as far as one can without Grafana. */
export function buildDashboards(list: readonly string[], context: Context): readonly UserFile[] {
  const isJson = (name: string) => (name.endsWith('.json') ? undefined : 'does not end in .json')
  const owners = new Map<string, string>()
  return filesOfList(listedPaths(list), 'dashboards/own', isJson, context).map(
    ({ file, listed, userFile }) => {
      const where = at(listed.owner, listed.key)
      const found = dashboardIn(decode(file.bytes))
      if ('fault' in found) {
        const { fault, text, offset } = found
        const of = source(displayPath(file.path, context), text ?? '', file.outside)
        const place =
          offset === undefined ? where : { source: range({ source: of, start: offset, end: offset }) }
        context.problems.push(grafanaProblem.notADashboard(place, userFile.path, fault))
        return userFile
      }
      const { uid, input } = found
      if (input !== undefined)
        context.problems.push(grafanaProblem.inputOfDashboard(where, userFile.path, input))
      const other = uid?.startsWith(ownPrefix) ? 'a dashboard of promha' : owners.get(uid ?? '')
      if (uid !== undefined && other !== undefined)
        context.problems.push(grafanaProblem.sameDashboard(where, { file: userFile.path, uid, other }))
      if (uid !== undefined) owners.set(uid, userFile.path)
      return userFile
    },
  )
}

interface Fault {
  readonly fault: string
  readonly text?: string
  /** In `text`. */
  readonly offset?: number
}

function dashboardIn(text: string | undefined): Fault | { readonly uid?: string; readonly input?: string } {
  if (text === undefined) return { fault: 'it is not text in UTF-8' }
  const mark = text.startsWith('\uFEFF') ? 1 : 0
  let value: unknown
  try {
    value = JSON.parse(text.slice(mark))
  } catch {
    const { expected, offset } = jsonFault(text.slice(mark)) ?? { expected: 'JSON', offset: 0 }
    return { fault: `it is not JSON: expected ${expected}`, text, offset: offset + mark }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { fault: 'it is not a map' }
  const { dashboard, title, uid } = value as Readonly<Record<string, unknown>>
  // What its API answers has the dashboard in it; what is exported is the dashboard.
  if (typeof dashboard === 'object') return { fault: 'it holds one under "dashboard", as an API answers it' }
  if (typeof title !== 'string' || title === '') return { fault: 'it has no title' }
  const input = unfilledInput(value, text)
  return {
    ...(typeof uid === 'string' && uid !== '' ? { uid } : {}),
    ...(input === undefined ? {} : { input }),
  }
}
