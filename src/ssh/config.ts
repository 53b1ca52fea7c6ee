/** What an ssh_config says of one host. Pure: the files were read before. */
import type { ConfigNode } from './config-file.ts'
import { matchesPatterns } from './pattern.ts'

interface ConfigQuery {
  /** What the host goes by; a `Host` line matches where it matches any of them. */
  readonly names: readonly string[]
  /** The user that the inventory names, which `Match user` then sees. */
  readonly user?: string
  readonly localUser: string
}

export interface ConfigAnswer {
  /** The first value of each key counts, as in OpenSSH. Keys in small letters. */
  readonly values: ReadonlyMap<string, readonly string[]>
  /** All of them, in order. */
  readonly identityFiles: readonly string[]
  /** Criteria of `Match` that are not understood; their blocks were passed over. */
  readonly ignored: readonly string[]
}

interface State {
  readonly query: ConfigQuery
  readonly values: Map<string, readonly string[]>
  readonly identityFiles: string[]
  readonly ignored: Set<string>
  readonly finalPass: boolean
  wantsFinal: boolean
}

/**
 * Looks a host up, as `ssh -G` does. No program is ever started: `Match exec` does not match, and names
 * are not made canonical.
 */
export function lookUp(nodes: readonly ConfigNode[], query: ConfigQuery): ConfigAnswer {
  const first = pass(nodes, { ...start(query), finalPass: false })
  const done = first.wantsFinal ? pass(nodes, { ...first, finalPass: true }) : first
  return {
    values: done.values,
    identityFiles: [...new Set(done.identityFiles)],
    ignored: [...done.ignored],
  }
}

function start(query: ConfigQuery): Omit<State, 'finalPass'> {
  return { query, values: new Map(), identityFiles: [], ignored: new Set(), wantsFinal: false }
}

function pass(nodes: readonly ConfigNode[], state: State): State {
  for (const node of nodes) {
    if (node.kind === 'set') set(node.key, node.values, state)
    else if (node.kind === 'include') pass(node.body, state)
    else if (
      node.kind === 'host' ? matchesPatterns(node.words, state.query.names) : matches(node.words, state)
    ) {
      pass(node.body, state)
    }
  }
  return state
}

function set(key: string, values: readonly string[], state: State): void {
  if (key === 'identityfile') state.identityFiles.push(...values)
  else if (!state.values.has(key)) state.values.set(key, values)
}

function matches(words: readonly string[], state: State): boolean {
  const queue = [...words]
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    const negated = word.startsWith('!')
    const criterion = word.slice(negated ? 1 : 0).toLowerCase()
    const alone = criterion === 'all' || criterion === 'final' || criterion === 'canonical'
    const seen = criterionMatches(criterion, alone ? [] : (queue.shift() ?? '').split(','), state)
    if (seen === undefined) {
      state.ignored.add(criterion)
      return false
    }
    if (seen === negated) return false
  }
  return true
}

/** undefined where the criterion is not supported. */
function criterionMatches(criterion: string, patterns: readonly string[], state: State): boolean | undefined {
  const { query, values } = state
  switch (criterion) {
    case 'all':
      return true
    case 'canonical':
      return false
    case 'final':
      state.wantsFinal = true
      return state.finalPass
    case 'host':
      return matchesPatterns(patterns, values.get('hostname') ?? query.names)
    case 'originalhost':
      return matchesPatterns(patterns, query.names)
    case 'user':
      return matchesPatterns(patterns, [query.user ?? values.get('user')?.[0] ?? query.localUser])
    case 'localuser':
      return matchesPatterns(patterns, [query.localUser])
    default:
      return undefined
  }
}
