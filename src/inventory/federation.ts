/** `federation:` of a cell. */
import { error } from '../diagnostic/problem.ts'
import type { Context } from './context.ts'
import type { FederationSettings } from './model.ts'
import { at, atKey, quote, rejectedOf, wasRejected } from './place.ts'
import type { FederationText } from './schema.ts'
import { selectorFault } from './selector.ts'

/** What a cell collects, and from whom; problems are left in the context. */
export function buildFederation(
  text: FederationText,
  cell: string,
  { problems }: Context,
): FederationSettings {
  const from = text.from ?? []
  const match = text.match ?? []
  const lacks = (key: 'from' | 'match', remedy: string) => {
    const list = text[key] ?? []
    if (list.length > 0 || wasRejected(text, key) || rejectedOf(list).size > 0) return
    problems.push(
      error(`federation of cell ${quote(cell)} has nothing under ${quote(key)}`, {
        ...atKey(text, key),
        remedy,
      }),
    )
  }
  lacks('from', 'name the cells that it collects from')
  lacks('match', `give selectors of series, for example ['{__name__=~"job:.*"}']`)
  for (const [index, selector] of match.entries()) {
    const fault = selector.trim() === '' ? 'is empty' : selectorFault(selector)
    if (fault === undefined) continue
    problems.push(
      error(`a selector under "match" of federation of cell ${quote(cell)} ${fault}`, {
        ...at(match, index),
        remedy: `write it as in PromQL, for example {__name__=~"job:.*"} or up{job="node"}`,
      }),
    )
  }
  return { from: [...new Set(from)], match }
}
