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

/** Looks a host up, as `ssh -G` does, but starts no program: `Match exec` does not match, and no name is made canonical. */
export function lookUp(nodes: readonly ConfigNode[], query: ConfigQuery): ConfigAnswer {
  const found = { values: new Map(), identityFiles: [], ignored: new Set<string>() }
  const state: State = { ...found, query, finalPass: false, wantsFinal: false }
  pass(nodes, state)
  if (state.wantsFinal) pass(nodes, { ...state, finalPass: true })
  const { values, identityFiles, ignored } = state
  return { values, identityFiles: [...new Set(identityFiles)], ignored: [...ignored] }
}

function pass(nodes: readonly ConfigNode[], state: State): void {
  for (const node of nodes) {
    if (node.kind === 'set') set(node.key, node.values, state)
    else if (node.kind === 'include') pass(node.body, state)
    else {
      const { kind, words, body } = node
      const isMeant = kind === 'host' ? matchesPatterns(words, state.query.names) : matches(words, state)
      if (isMeant) pass(body, state)
    }
  }
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
  if (criterion === 'all' || criterion === 'canonical') return criterion === 'all'
  if (criterion === 'final') {
    state.wantsFinal = true
    return state.finalPass
  }
  const named = new Map([
    ['host', values.get('hostname') ?? query.names],
    ['originalhost', query.names],
    ['user', [query.user ?? values.get('user')?.[0] ?? query.localUser]],
    ['localuser', [query.localUser]],
  ]).get(criterion)
  return named && matchesPatterns(patterns, named)
}
