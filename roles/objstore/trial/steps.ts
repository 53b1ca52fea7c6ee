/** The steps of a trial: put, overwrite, list, get, delete. */
import { randomBytes } from 'node:crypto'
import { encoded, type S3Access } from './access.ts'
import { causeOfAnswer, causeOfFailure, type S3Cause } from './cause.ts'
import { type S3Answer, type S3Line, type S3Request, s3Request } from './request.ts'

export type S3Operation = 'put' | 'overwrite' | 'list' | 'get' | 'delete'

export type S3Fault =
  | { readonly cause: S3Cause; readonly of: S3Operation }
  /** The key may not do these. */
  | { readonly denied: readonly S3Operation[]; readonly left?: string }
  /** It answers other than what was written. */
  | { readonly wrong: 'list' | 'get'; readonly key: string }
  /** An object that could not be deleted. */
  | { readonly left: string; readonly cause: S3Cause }

/** What is wrong with the bucket; nothing if all of it works. Never rejects. */
export async function trySteps(given: S3Access, line: S3Line): Promise<readonly S3Fault[]> {
  const access = await inItsRegion(given, line)
  const key = `${access.prefix}promha-trial-${randomBytes(12).toString('hex')}`
  const path = `/${key.split('/').map(encoded).join('/')}`
  const query = `${access.listVersion === '2' ? 'list-type=2&' : ''}max-keys=10&prefix=${encoded(key)}`
  const [first, second] = [1, 2].map(round => `promha tries this bucket: ${round}, ${key}\n`)
  const denied: S3Operation[] = []
  const found: S3Fault[] = []
  // What is in the bucket for certain; a put whose answer was lost may have been done.
  let [written, mayBeThere] = [false, false]

  async function carryOut(of: S3Operation, asked: S3Request): Promise<S3Answer | undefined> {
    const { answer, cause } = await outcome(access, asked, line)
    if (cause?.is === 'denied') denied.push(of)
    else if (cause) found.push({ cause, of })
    return cause ? undefined : answer
  }
  const put = async (of: 'put' | 'overwrite', body = '') => {
    const answer = await carryOut(of, { method: 'PUT', path, body })
    mayBeThere ||= answer !== undefined || found.length > 0
    return answer !== undefined
  }
  written = await put('put', first)
  if (written && found.length === 0) written = await put('overwrite', second)
  if (found.length === 0) {
    const list = await carryOut('list', { method: 'GET', path: `/?${query}` })
    if (list && written && !list.body.includes(`<Key>${key}</Key>`)) found.push({ wrong: 'list', key })
  }
  if (found.length === 0 && written) {
    const got = await carryOut('get', { method: 'GET', path })
    if (got && got.body !== second) found.push({ wrong: 'get', key })
  }
  // Even after a failure, so that nothing is left. Without one, also what was not written: that is allowed, too.
  if (mayBeThere || found.length === 0) {
    const { cause } = await outcome(access, { method: 'DELETE', path }, line)
    if (cause?.is === 'denied') denied.push('delete')
    else if (cause && cause.is !== 'not there' && found.length === 0)
      found.push(written ? { left: key, cause } : { cause, of: 'delete' })
  }
  const left = written && denied.includes('delete') ? { left: key } : {}
  return [...(denied.length > 0 ? [{ denied, ...left }] : []), ...found]
}

async function outcome(access: S3Access, asked: S3Request, line: S3Line) {
  try {
    const answer = await s3Request(access, asked, line)
    return { answer, cause: causeOfAnswer(answer) }
  } catch (failure) {
    return { cause: causeOfFailure(failure) }
  }
}

/** Thanos asks where a bucket is if no region is said; a server that wants another one names it. */
async function inItsRegion(access: S3Access, line: S3Line): Promise<S3Access> {
  if (access.regionIsSaid) return access
  const { cause } = await outcome(access, { method: 'GET', path: '/?list-type=2&max-keys=1' }, line)
  return cause?.is === 'other region' && cause.region !== undefined
    ? { ...access, region: cause.region }
    : access
}
