/** Is one replica of several stored, and does another one stand ready to take over? */
import { type CheckDefinition, heard, isVerdict } from '../../../src/verify/answer/view.ts'
import { type Program, programQuestion } from '../../../src/verify/ask/question.ts'
import { type Feeding, lateness, sharedSeries } from '../../storage/checks/held.ts'
import { countedCopies, wrongCopies } from '../../storage/checks/one-copy.ts'
import { chosen, clockOfMember, seriesIn, upIn } from '../answers.ts'

/** Counts, in each member, the samples of a replica that it dropped because another one is stored. */
const dropped = 'cortex_distributor_deduped_samples_total'

const remedies = {
  label: 'Run `promha apply`, so that the store knows the label of the replicas and drops it.',
  twice:
    'The store changed from one replica to the other and kept samples of both. See that the clocks of the replicas agree and that `remote_write.caught_up` passes.',
  count: bothCopies,
}

/** A change between replicas may leave one sample too many, which is no second copy. */
const strays = 3

/** Samples that follow another one too soon to be the same replica's, unless they are few. */
export function bothCopies(at: readonly number[], interval: number): number {
  const soon = at.filter((time, index) => index > 0 && time - (at[index - 1] ?? 0) < 0.6 * interval)
  return soon.length > strays ? soon.length : 0
}

/**
 * `storage.one_copy`: series are there once, and samples of a second replica arrive and are dropped. They are dropped only while the
 * first one is stored, so the check fails whichever of them stops. One check for the store, whose members all answer alike.
 */
export function ringOneCopy(programs: readonly Program[], feeding: Feeding): CheckDefinition {
  const asked = programs.map(program => ({
    program,
    held: upIn(program, feeding),
    dropped: seriesIn(program, `${dropped}{cluster=${JSON.stringify(feeding.cell)}}`),
    now: clockOfMember(program),
    chosen: programQuestion(program, chosen),
  }))
  return {
    id: 'storage.one_copy',
    target: feeding.cell,
    needs: asked.flatMap(one => [one.held, one.dropped, one.now, one.chosen]),
    judge(view) {
      const answers = asked.map(({ program, ...needs }) => ({ program, found: heard(view, needs) }))
      const first = answers.find(({ found }) => !isVerdict(found)) ?? answers[0]
      if (first === undefined) return { status: 'skip', detail: 'no member of the store was asked' }
      const { found, program } = first
      if (isVerdict(found)) return found
      const { answers: said } = found
      const shared = sharedSeries(said.held, feeding)
      const wrong = wrongCopies(shared, feeding, program.host, remedies)
      if (wrong) return wrong
      const { replicas, interval } = feeding
      const stored = said.chosen.find(({ cluster }) => cluster === feeding.cell)?.replica
      const counted = countedCopies(shared)
      if (replicas.length === 1) return { status: 'pass', detail: `${counted}, fed by ${replicas[0]?.name}` }
      const last = lastRise(said.dropped)
      const age = last === undefined ? undefined : said.now - last
      if (age !== undefined && age <= 2 * interval + lateness)
        return {
          status: 'pass',
          detail: `${counted}, of ${stored ?? 'one replica'}; what others push is dropped`,
        }
      const silent = replicas.filter(({ name }) => name !== stored)
      const since = age === undefined ? 'within an hour' : `for ${Math.round(age / 1000)} s`
      const named = silent.map(({ name }) => name).join(' and ')
      return {
        status: 'fail',
        detail: `only ${stored ?? 'one replica'} feeds the store: nothing of ${named} has arrived ${since}`,
        remedy: `Look at Prometheus on ${silent[0]?.host}: \`journalctl -u prometheus\` there says whether it reaches the store.`,
      }
    },
  }
}

/** The last time at which one of these counters rose, in milliseconds since the epoch. A restart from 0 counts as a rise. */
export function lastRise(
  series: readonly { readonly values: readonly (readonly [number, string])[] }[],
): number | undefined {
  const rises = series.flatMap(({ values }) => {
    const found = values.findLast(([, value], at) => {
      const before = values[at - 1]?.[1]
      return before !== undefined && value !== before && Number(value) > 0
    })
    return found ? [found[0] * 1000] : []
  })
  return rises.length === 0 ? undefined : rises.reduce((so, rise) => Math.max(so, rise))
}
