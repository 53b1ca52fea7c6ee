/** Asks a node that is there already what it was founded with. */
import type { Cell } from '../../../src/inventory/model.ts'
import { joinHostPort } from '../../../src/inventory/value/endpoint.ts'
import { atInstance, type Instance } from '../../../src/resource/model.ts'
import { writersOf } from '../../../src/topology/store/programs.ts'
import { createHttp } from '../../../src/verify/ask/http.ts'
import type { Api } from '../../../src/verify/ask/question.ts'
import type { TrialFinding, TrialHost } from '../../trial.ts'
import { knownNamespaces, placement } from '../checks/answers.ts'
import { m3dbProblem } from '../messages.ts'
import { aggregated, policyOf } from '../policy.ts'

export interface Wanted {
  readonly instance: Instance
  readonly health: Instance['health']
  readonly hosts: readonly string[]
  readonly retention: number
  readonly cells: readonly Cell[]
}

const day = 86_400_000

/** Nothing of a node that does not answer: it is new, or down, and its gate and verify say the rest. */
export async function foundedOtherwise(
  { instance, health, hosts, retention, cells }: Wanted,
  { connection }: TrialHost,
): Promise<readonly TrialFinding[]> {
  const { address, port } = health
  const http = createHttp(joinHostPort({ address, port }), () => connection.forward(address, port))
  const get = async <A>({ path, read, also = [] }: Api<A>): Promise<A | undefined> => {
    try {
      const { status, body } = await http.get(path)
      return status === 200 || also.includes(status) ? read(body) : undefined
    } catch {
      return undefined
    }
  }
  try {
    const known = (await get(knownNamespaces))?.find(({ name }) => name === aggregated)
    if (!known) return []
    const { host } = instance
    const interval = intervalIn(cells, instance.cell)
    const wanted = policyOf(interval, retention)
    const founded = ((await get(placement)) ?? []).map(one => one.host).sort()
    const finding = (what: string, found: string, asked: string): readonly TrialFinding[] =>
      found === asked || found === ''
        ? []
        : [
            {
              key: `${what} ${found}`,
              problem: from =>
                m3dbProblem.foundedOtherwise(atInstance(instance), {
                  ...{ host: from === '' ? host : from, what, found, wanted: asked },
                }),
            },
          ]
    return [
      ...finding('retention', days(known.retention), days(wanted.retention)),
      ...finding('a scrape interval of', seconds(known.resolution), seconds(wanted.resolution)),
      ...finding('hosts', founded.join(', '), [...hosts].sort().join(', ')),
    ]
  } finally {
    http.close()
  }
}

function intervalIn(cells: readonly Cell[], cell: string): number | undefined {
  const intervals = writersOf({ name: cell }, cells).map(({ interval }) => interval)
  return intervals.length > 0 ? Math.min(...intervals) : undefined
}

function days(milliseconds: number): string {
  return milliseconds % day === 0 ? `${milliseconds / day}d` : `${milliseconds / 3_600_000}h`
}

function seconds(milliseconds: number): string {
  return `${milliseconds / 1000}s`
}
