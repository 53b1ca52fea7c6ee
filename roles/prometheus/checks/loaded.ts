/** What a Prometheus says of its config and its log once it was told to load them. */
import { data, paths, type RuntimeInfo, readAnswer } from '../../../src/verify/answers.ts'
import type { Get, LoadedConfig, Replay } from '../../../src/verify/facet.ts'

export async function loaded(get: Get): Promise<LoadedConfig> {
  const { body } = await get(paths.runtime)
  const info = data<RuntimeInfo>(readAnswer(paths.runtime, body))
  return { succeeded: info.reloadConfigSuccess, at: Date.parse(info.lastConfigTime) / 1000 }
}

/** undefined where there is nothing to replay, or nothing to learn of it. */
export async function replay(get: Get): Promise<Replay | undefined> {
  const { status, body } = await get(paths.walReplay)
  if (status !== 200) return undefined
  const { min, max, current } = data<{ min: number; max: number; current: number }>(
    readAnswer(paths.walReplay, body),
  )
  if (max <= min || current > max) return undefined
  return { note: `replays its log of samples: segment ${current} of ${max}`, replayed: current }
}
