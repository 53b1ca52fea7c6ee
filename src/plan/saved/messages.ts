/** The words of the problems whose topics are `saved-plan` and `drift`. */
import { messages, type Texts } from '../../diagnostic/problem.ts'

const remedy = 'Make a new plan with `promha plan --out`, look at it, then apply that one.'

export const savedPlanProblem = messages('saved-plan', {
  noPlan: (file: string) => ({
    summary: `${file} is not a saved plan`,
    remedy: 'Name a file that `promha plan --out` wrote.',
  }),
  otherVersion: (file: string, version: unknown) => ({
    summary: `${file} is a saved plan of version ${JSON.stringify(version)}, and this promha knows version 1`,
    remedy: 'Make the plan and apply it with the same promha.',
  }),
  notWhole: (file: string) => ({
    summary: `${file} is not whole: it was cut off or edited`,
    remedy: 'Make the plan again with `promha plan --out`.',
  }),
  hostMissing: (host: string) => ({ summary: `${host} is not in the plan`, remedy }),
  otherSelection: (what: string, then: readonly string[], now: readonly string[]) => ({
    summary: `the plan is one for other ${what}`,
    detail: `It was made for ${then.join(', ')}; meant now: ${now.join(', ')}.`,
    remedy: `Give the same --limit, --only and --skip as to the plan. Or: ${remedy}`,
  }),
  hostNotPlanned: (host: string, why: string) => ({
    summary: `${host} is not in the plan: it ${why} when the plan was made`,
    remedy,
  }),
  hostNotCompared: (host: string, why: string) => ({
    summary: `${host} cannot be compared with the plan: it ${why}`,
    remedy: 'Fix what is reported for it, then run `promha apply --plan` again.',
  }),
  inventoryChanged: (component: string, host: string, detail: string) => ({
    summary: `the inventory changed since the plan was made: it wants something else of ${component} on ${host}`,
    detail,
    remedy,
  }),
  hostChanged: (component: string, host: string, detail: string) => ({
    summary: `${host} changed since the plan was made: its ${component} is not as it was`,
    detail,
    remedy,
  }),
  stepsChanged: (component: string, host: string, detail: string) => ({
    summary: `the plan for ${component} on ${host} is another one now`,
    detail,
    remedy,
  }),
})

const byPerson = 'Look at `promha plan`. Run `promha apply` yourself if this change is intended.'

function notRepaired(why: string, then = byPerson) {
  return { severity: 'warning' as const, summary: `drift was not repaired because ${why}`, remedy: then }
}

const isOrAre = ({ length }: readonly string[]) => (length === 1 ? 'is' : 'are')

type Place = Texts<'component' | 'host'>

/** Why drift is not repaired. */
export const driftProblem = messages('drift', {
  leftInventory: ({ component, host }: Place) =>
    notRepaired(`${component} has left the inventory and would be removed from ${host}`),
  neverConfirmed: ({ component, host }: Place) =>
    notRepaired(`promha has never confirmed ${component} on ${host}`),
  changeUndone: ({ component, host }: Place, when: string) =>
    notRepaired(
      `the last change of ${component} on ${host} was undone (${when})`,
      'Find out why it failed. Then run `promha apply` yourself, which may try it again.',
    ),
  changeCutOff: ({ component, host }: Place) =>
    notRepaired(`a change of ${component} on ${host} was cut off and never confirmed`),
  otherInventory: ({ component, host }: Place) =>
    notRepaired(`the inventory no longer matches what was last applied to ${host} (${component})`),
  wouldRemove: ({ host }: Place, names: readonly string[]) =>
    notRepaired(`${names.join(', ')} would be removed from ${host}`),
  notAsLeft: ({ host }: Place, resources: readonly string[]) =>
    notRepaired(
      `${resources.join(', ')} on ${host} ${isOrAre(resources)} not as promha left ${resources.length === 1 ? 'it' : 'them'}`,
    ),
  wouldReplace: ({ host }: Place, paths: readonly string[]) =>
    notRepaired(`${paths.join(', ')} on ${host} ${isOrAre(paths)} not promha's and would be replaced`),
})
