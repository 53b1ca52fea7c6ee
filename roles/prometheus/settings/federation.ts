/** `federation:` of a cell. */
import type { CellScope } from '../../../src/inventory/cell/scope.ts'
import type { Context } from '../../../src/inventory/context.ts'
import * as t from '../../../src/inventory/schema/schema-words.ts'
import { at, atKey, rejectedOf, wasRejected } from '../../../src/inventory/text/place.ts'
import { selectorFault } from '../../../src/inventory/upstream/selector.ts'
import { type CellPart, needsPrometheus } from '../../part.ts'
import { prometheusProblem } from '../messages.ts'

const schema = t.keys({ from: t.texts, match: t.texts })

type FederationText = t.TextOf<typeof schema>

interface FederationSettings {
  /** Names of cells. */
  readonly from: readonly string[]
  /** Selectors of series. */
  readonly match: readonly string[]
}

declare module '../../../src/inventory/model.ts' {
  interface Parts {
    federation: { text: FederationText; settings: FederationSettings }
  }
}

export const federation: CellPart<'federation'> = {
  key: 'federation',
  schema,
  build: buildFederation,
  checkBeside: needsPrometheus('federation'),
}

function buildFederation(text: FederationText, { name: cell }: CellScope, { problems }: Context) {
  const from = text.from ?? []
  const match = text.match ?? []
  const lacks = (key: 'from' | 'match', remedy: string) => {
    const list = text[key] ?? []
    if (list.length > 0 || wasRejected(text, key) || rejectedOf(list).size > 0) return
    problems.push(prometheusProblem.federationWithout(atKey(text, key), cell, key, remedy))
  }
  lacks('from', 'Name the cells that it collects from.')
  lacks('match', `Give selectors of series, for example ['{__name__=~"job:.*"}'].`)
  for (const [index, selector] of match.entries()) {
    const fault = selector.trim() === '' ? 'is empty' : selectorFault(selector)
    if (fault === undefined) continue
    problems.push(prometheusProblem.badSelector(at(match, index), cell, fault))
  }
  return { from: [...new Set(from)], match }
}
