/** An S3 server on a host of a lab, for stores that need a bucket. What it holds is in its memory. */
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { until } from '../../src/lab/wait.ts'
import type { Ground } from './sites/definition.ts'

/** What `beside` of a site has to name. */
export const s3Program = 'gofakes3'
const port = 9900
const unit = 'stores-s3'
const program = `/usr/local/bin/${unit}`
const startup = 30_000

/**
 * Runs it with these buckets, which are empty. Gives `host:port` for clients that speak HTTP and name the bucket in the
 * path; any key will do. Rejects if it does not answer.
 */
export async function startS3(
  { fleet, programOf }: Ground,
  name: string,
  buckets: readonly string[],
): Promise<string> {
  const { root, address } = fleet.host(name)
  await copyFile(join(await programOf(s3Program), s3Program), join(root, program))
  const endpoint = `${address}:${port}`
  await fleet.inside(
    name,
    `systemd-run --quiet --collect --unit=${unit} ${program} ${endpoint} ${buckets.join(' ')}`,
  )
  await until(`the S3 server on ${name} to have its buckets`, startup, async () => {
    const answer = fetch(`http://${endpoint}/`, { signal: AbortSignal.timeout(2000) })
    const text = await answer.then(one => one.text()).catch(() => '')
    return buckets.every(bucket => text.includes(`<Name>${bucket}</Name>`))
  })
  return endpoint
}

/** `objstore` of an inventory for a bucket there. */
export function bucketForm(bucket: string, endpoint: string) {
  // Any key will do.
  const keys = { access_key: 'any', secret_key: 'any' }
  return {
    type: 'S3',
    config: { bucket, endpoint, ...keys, insecure: true, bucket_lookup_type: 'path' },
  }
}
