/** The user's dashboards. */
import type { Context } from '../../../src/inventory/context.ts'
import { filesOfList, listedPaths } from '../../../src/inventory/file/user-files.ts'
import type { UserFile } from '../../../src/inventory/model.ts'
import { decode } from '../../../src/inventory/text/parsed-file.ts'
import { at } from '../../../src/inventory/text/place.ts'
import { grafanaProblem } from '../messages.ts'

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
        context.problems.push(grafanaProblem.notADashboard(where, userFile.path, found.fault))
        return userFile
      }
      const { uid } = found
      const other = uid?.startsWith(ownPrefix) ? 'a dashboard of promha' : owners.get(uid ?? '')
      if (uid !== undefined && other !== undefined)
        context.problems.push(grafanaProblem.sameDashboard(where, { file: userFile.path, uid, other }))
      if (uid !== undefined) owners.set(uid, userFile.path)
      return userFile
    },
  )
}

function dashboardIn(text: string | undefined): { readonly fault: string } | { readonly uid?: string } {
  if (text === undefined) return { fault: 'it is not text in UTF-8' }
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return { fault: 'it is not JSON' }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { fault: 'it is not a map' }
  const { dashboard, title, uid } = value as Readonly<Record<string, unknown>>
  // What its API answers has the dashboard in it; what is exported is the dashboard.
  if (typeof dashboard === 'object') return { fault: 'it holds one under "dashboard", as an API answers it' }
  if (typeof title !== 'string' || title === '') return { fault: 'it has no title' }
  return typeof uid === 'string' && uid !== '' ? { uid } : {}
}
