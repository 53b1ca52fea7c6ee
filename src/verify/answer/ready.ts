import { each, type Program } from '../ask/question.ts'
import { api } from './answers.ts'
import { type CheckDefinition, defineCheck } from './view.ts'

/** `COMPONENT.ready`: it answers its own question whether it is. */
export function ready(program: Program): CheckDefinition {
  const { host, component } = program
  const needs = { ready: each([program], api.ready) }
  const pass = { status: 'pass', detail: 'ready' } as const
  return defineCheck(`${component}.ready`, `${host}/${component}`, needs, () => pass)
}
