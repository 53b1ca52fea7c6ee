/** One case: something is away for a while, all has to be well again, and then the samples are counted. */
import { until } from '../../src/lab/wait.ts'
import { launch } from '../breaking/launch.ts'
import type { StoreCase } from './cases.ts'
import { inflict } from './faults.ts'
import { figuresOf, type Stored } from './measure.ts'
import { countedFrom, type StoreOutcome } from './outcome.ts'
import { readStored } from './read.ts'
import { type StoreWorld, scrapeIntervalOf } from './site.ts'
import type { StoreSite } from './sites/definition.ts'

/** Intervals. So much is read of the time before. */
const calm = 10
/** Milliseconds. */
const recovery = 300_000
const arrival = 60_000

/**
 * Never rejects.
 * @param before the case before this one: the holes that it left on a member are not counted again
 */
export async function attempt(
  world: StoreWorld,
  one: StoreCase,
  before?: StoreOutcome,
): Promise<StoreOutcome> {
  const { site, name, outage } = one
  const told = { limits: site.limits, fault: name }
  const crashed = outage.kind === 'killed' ? { crashed: outage.host } : {}
  try {
    return { ...told, ...crashed, ...(await play(world, one, before)) }
  } catch (problem) {
    const failure = problem instanceof Error ? problem.message : String(problem)
    // The next case is to begin with everything well.
    await proven(world).catch(() => undefined)
    return { ...told, ...crashed, failure }
  }
}

async function play(
  world: StoreWorld,
  { site, outage }: StoreCase,
  before?: StoreOutcome,
): Promise<Partial<StoreOutcome>> {
  await proven(world)
  const at = Date.now()
  let meanwhile: readonly string[] | undefined
  await inflict(world, outage, async () => {
    meanwhile = failing(await launch('verify', world.inventory).done)
  })
  const over = Date.now()
  await proven(world)
  const well = Date.now()
  await undrifted(world)
  const interval = scrapeIntervalOf(site) * 1000
  const span = aligned(countedFrom(at, calm * interval, before), well, interval)
  const targets = await arrived(world, site, span)
  return {
    began: at,
    lasted: (over - at) / 1000,
    ...(meanwhile ? { meanwhile } : {}),
    wellAfter: (well - over) / 1000,
    figures: figuresOf(targets, { ...span, interval, keeping: site.limits.keeping }),
  }
}

/** Whole intervals: of half a one, the sample that is kept may lie in the other half. */
function aligned(from: number, to: number, interval: number) {
  const whole = (time: number) => Math.floor(time / interval) * interval
  return { from: whole(from), to: whole(to) }
}

/** All samples, once every member and every replica has newer ones than those that count. */
async function arrived(
  { fleet }: StoreWorld,
  site: StoreSite,
  { from, to }: ReturnType<typeof aligned>,
): Promise<readonly Stored[]> {
  return until('every member to have the newest samples', arrival + (site.late ?? 0), async () => {
    const targets = [...(await readStored(fleet, site, { from, to: Date.now() })).values()]
    const sources = targets.flatMap(({ members, scraped }) => [...members.values(), ...scraped])
    const isNewer = sources.every(series => series.some(({ times }) => (times.at(-1) ?? 0) > to))
    return isNewer && targets.length > 0 ? targets : undefined
  })
}

type Ended = Awaited<ReturnType<typeof launch>['done']>

function failing({ document }: Ended): readonly string[] {
  const failed = (document?.checks ?? []).filter(({ status }) => status === 'fail')
  return [...new Set(failed.map(({ id }) => id))].sort()
}

/** promha itself says that all is well. */
async function proven({ inventory }: StoreWorld): Promise<void> {
  let said = ''
  await until('promha to prove that all is well', recovery, async () => {
    const { code, stdout } = await launch('verify', inventory).done
    said = stdout
    return code === 0
  }).catch(problem => {
    throw new Error(`${problem.message}\n${said}`)
  })
}

async function undrifted({ inventory }: StoreWorld): Promise<void> {
  const { code, stdout, stderr } = await launch('drift', inventory).done
  if (code !== 0) throw new Error(`drift ended with ${code}\n${stdout}\n${stderr}`)
}
