/** Does a sidecar bring the blocks of its replica into the bucket? */
import { api, query } from '../../../src/verify/answer/answers.ts'
import { sample, samples } from '../../../src/verify/answer/metrics.ts'
import { type CheckDefinition, defineCheck } from '../../../src/verify/answer/view.ts'
import { type Program, programQuestion } from '../../../src/verify/ask/question.ts'

/** Seconds. A block is cut every two hours, the first one after three. */
const due = { every: 2.5 * 3600, first: 3.5 * 3600 }

const minutes = 10
/** The failure counter of uploads alone stays at 0 while the bucket is away. */
const failures = ['thanos_shipper_dir_sync_failures_total', 'thanos_objstore_bucket_operation_failures_total']

/** `thanos.uploaded`: nothing has failed of late, and the newest upload is not too old once one was due. */
export function sidecarUploads(program: Program, replica: Program): CheckDefinition {
  const { host, component, instance } = program
  const selector = `{job=${JSON.stringify(component)},instance=${JSON.stringify(instance)}}[${minutes}m]`
  const rises = failures.map(name => `sum(increase(${name}${selector}))`)
  const needs = {
    metrics: programQuestion(program, api.metrics),
    // Its own replica scrapes it.
    failed: rises.map(rise => programQuestion(replica, query(rise))),
    time: programQuestion(replica, api.time),
  }
  return defineCheck('thanos.uploaded', `${host}/${component}`, needs, ({ metrics, failed, time }) => {
    const count = failed.flatMap(({ answer }) => answer.map(({ value }) => Number(value[1])))
    const sum = Math.round(count.reduce((so, one) => so + one, 0))
    const look = `Run \`journalctl -u ${component}\` on ${host} to see what fails. What the replica deletes before it is uploaded is lost in the bucket.`
    if (sum > 0)
      return {
        status: 'fail',
        detail: `${sum} operations on the bucket or on its list of blocks failed within ${minutes} min`,
        remedy: look,
      }
    const uploads = samples(metrics, 'thanos_objstore_bucket_last_successful_upload_time')
    // A host may answer with more of them than a call takes arguments.
    const last = uploads.reduce((so, { value }) => Math.max(so, value), 0)
    const up = time - (sample(metrics, 'process_start_time_seconds') ?? time)
    if (last === 0)
      return up > due.first
        ? { status: 'fail', detail: `nothing was uploaded in the ${hours(up)} since its start`, remedy: look }
        : {
            status: 'pass',
            detail: `nothing failed; its first upload since its start ${hours(up)} ago is not due yet`,
          }
    const age = time - last
    if (age > due.every && up > due.every)
      return { status: 'fail', detail: `the newest upload is ${hours(age)} old`, remedy: look }
    return { status: 'pass', detail: `nothing failed, the newest upload is ${hours(age)} old` }
  })
}

function hours(seconds: number): string {
  return seconds < 3600 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}
