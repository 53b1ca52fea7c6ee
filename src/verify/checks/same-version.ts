/** Do all members of a pair or cluster run one version? Until they do, the pair has two halves. */
import type { Component } from '../../inventory/model.ts'
import { type CheckDefinition, defineCheck } from '../answer/view.ts'
import { type Api, each, type Program } from '../ask/question.ts'

export interface VersionOf<A> {
  readonly api: Api<A>
  readonly of: (answer: A) => string
}

/** `COMPONENT.same_version` of a cell. `programs`: two or more. */
export function sameVersion<A>(
  cell: string,
  component: Component,
  programs: readonly Program[],
  { api, of }: VersionOf<A>,
): CheckDefinition {
  const needs = { answers: each(programs, api) }
  return defineCheck(`${component}.same_version`, cell, needs, ({ answers }) => {
    const said = answers.map(({ program, answer }) => ({ host: program.host, version: of(answer) }))
    const [first] = said
    if (said.every(({ version }) => version === first?.version))
      return { status: 'pass', detail: `${first?.version} on ${said.length} of ${said.length}` }
    return {
      status: 'fail',
      detail: said.map(({ host, version }) => `${version} on ${host}`).join(', '),
      remedy: 'Run `promha apply`, without --limit, to bring all of them to the version of the inventory.',
      afterFailure: '',
    }
  })
}
