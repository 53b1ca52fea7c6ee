/** A node of M3DB that remembers what it was told, in the form of 1.5.0. */
import type { Answer, Sent } from '../../../src/shell/host/ask.ts'

const said = (status: number, body: object): Answer => ({ status, body: JSON.stringify(body) })
const base = '/api/v1/services/m3db'

interface Namespace {
  readonly name: string
  readonly options: Readonly<Record<string, unknown>>
}

export function m3dbNode() {
  const namespaces = new Map<string, object>()
  let placed: { readonly instances: readonly { readonly id: string }[] } | undefined
  /** Questions to `ready` until a namespace is known everywhere. */
  let slow = 2
  const posts: string[] = []

  function post(path: string, body: string): Answer {
    posts.push(path.replace(`${base}/`, ''))
    const told = JSON.parse(body)
    if (path === `${base}/placement/init`) {
      if (placed) return said(409, { status: 'error', error: 'key already has a value' })
      placed = told
      return said(200, { placement: {} })
    }
    if (path === `${base}/namespace`) {
      const { name, options } = told as Namespace
      if (namespaces.has(name)) return said(409, { status: 'error' })
      namespaces.set(name, { ...options, stagingState: { status: 'INITIALIZING' } })
      return said(200, { registry: {} })
    }
    if (!placed || !namespaces.has(told.name)) return said(404, {})
    if (slow-- > 0) return said(500, { status: 'error', error: 'not yet' })
    namespaces.set(told.name, { ...namespaces.get(told.name), stagingState: { status: 'READY' } })
    return said(200, { ready: true })
  }

  function get(path: string): Answer {
    if (path === `${base}/namespace`)
      return said(200, { registry: { namespaces: Object.fromEntries(namespaces) } })
    if (path !== `${base}/placement`) return said(404, {})
    if (!placed) return said(404, { status: 'error', error: 'placement does not exist' })
    const shards = [{ id: 0, state: 'AVAILABLE' }]
    const instances = Object.fromEntries(placed.instances.map(one => [one.id, { ...one, shards }]))
    return said(200, { placement: { instances } })
  }

  return {
    posts,
    namespaces,
    placement: () => placed,
    ask: async (path: string, { body }: Sent = {}): Promise<Answer> =>
      body === undefined ? get(path) : post(path, body),
  }
}
