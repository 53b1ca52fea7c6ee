/** The words of the problems whose topic is `alone`: components of which there may be one only. */
import { messages, type Texts } from '../../diagnostic/problem.ts'
import type { RunningProcess } from '../../shell/host/running.ts'

type Told = Texts<'component' | 'host' | 'because'>

export const aloneProblem = messages('alone', {
  unknown: ({ component, host, because }: Told, why: string) => ({
    summary: `${component} was not started, because it is unknown whether another one runs on ${host}`,
    detail: `${host} could not be looked at: ${why}\n${sentence(because)}`,
    remedy: `Bring ${host} back, or, if it is gone for good, take it out of the inventory. Then run the command again.`,
  }),
  runsElsewhere: ({ component, host, because }: Told, { pid, unit }: RunningProcess) => ({
    summary: `${component} was not started, because another one runs on ${host}`,
    detail: `There it is process ${pid}${unit === undefined ? '' : ` of ${unit}`}.\n${sentence(because)}`,
    remedy:
      unit === undefined
        ? `End it on ${host}, then run the command again.`
        : `Run \`systemctl disable --now ${unit}\` on ${host}, then run the command again.`,
  }),
})

function sentence(because: string): string {
  return `${because.charAt(0).toUpperCase()}${because.slice(1)}.`
}
