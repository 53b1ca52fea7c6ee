import { paths } from './answers.ts'
import { each, type Program, type Question, question } from './view.ts'

/** `COMPONENT.ready`: it answers its own question whether it is. */
export function ready(program: Program): Question {
  const { host, component } = program
  return question(`${component}.ready`, `${host}/${component}`, each([program], paths.ready), () => ({
    status: 'pass',
    detail: 'ready',
  }))
}
