/** Tries a bucket from one host. */
import { visibleLine } from '../../../src/diagnostic/visible.ts'
import { bucketListScript, certificatesScript } from '../../../src/shell/host/bucket.ts'
import { ask } from '../../../src/ssh/ask.ts'
import type { TrialFinding, TrialHost } from '../../trial.ts'
import { objstoreProblem } from '../messages.ts'
import { type Objstore, objstoreText } from '../settings.ts'
import { bucketTypes } from '../types.ts'
import { type S3Access, s3Access } from './access.ts'
import { type S3Fault, trySteps } from './steps.ts'

/** Where Go looks for the certificates of Debian and of RHEL. */
const ofSystem = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt']
/** Each component of Thanos has a copy of its own. */
const thanos = ['thanos_store', 'thanos_sidecar', 'thanos_compactor', 'thanos_query', 'thanos'].map(
  name => `/usr/local/bin/${name}`,
)

/** Never rejects: what is not known is a warning. `timeout`: milliseconds for one request. */
export async function tryBucket(
  objstore: Objstore,
  from: TrialHost,
  timeout?: number,
): Promise<readonly TrialFinding[]> {
  const { type } = objstore
  // A directory is the host's own.
  if (type === 'FILESYSTEM') return []
  const access = type === 'S3' ? s3Access(objstore) : { lacks: `promha itself tries buckets of type S3 only` }
  if ('lacks' in access) return byProgram(objstore, access.lacks, from)
  const line = {
    ...(await trusted(access, from)),
    ...(timeout === undefined ? {} : { timeout }),
    open: () => from.connection.forward(bare(access.host), access.port),
  }
  const faults = await trySteps(access, line)
  const noForwarding = faults.find(one => 'cause' in one && one.cause.is === 'no forwarding')
  if (noForwarding) return byProgram(objstore, "the host's sshd does not forward connections", from)
  return faults.map(fault => findingOf(fault, access))
}

/** A name as sshd resolves it, without the brackets of an IPv6 address. */
function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '')
}

/** The certificates that Thanos would trust there. */
async function trusted(
  access: S3Access,
  { connection, files }: TrialHost,
): Promise<{ readonly ca?: string }> {
  if (!access.tls?.verify) return {}
  const { caFile } = access.tls
  const shipped = caFile === undefined ? undefined : files.get(caFile)
  if (shipped !== undefined) return { ca: Buffer.from(shipped).toString() }
  // What cannot be read is told by TLS itself.
  const ca = await ask(connection, certificatesScript(caFile === undefined ? ofSystem : [caFile])).catch(
    () => '',
  )
  return ca === '' && caFile === undefined ? {} : { ca }
}

async function byProgram(
  objstore: Objstore,
  lacks: string,
  { connection }: TrialHost,
): Promise<readonly TrialFinding[]> {
  const notTried = (why: string): readonly TrialFinding[] => [
    {
      key: `not tried ${why}`,
      problem: hosts => objstoreProblem.notTried({}, bucketOf(objstore), hosts, why),
    },
  ]
  const listing = await ask(connection, bucketListScript(thanos, objstoreText(objstore))).catch(
    () => undefined,
  )
  if (listing?.code === undefined) return notTried(lacks)
  if (listing.code === 0) return []
  // It reads about each block, of which a bucket may have thousands.
  if (listing.code === 124) return notTried('Thanos did not list it within 40 s')
  const said = reasonOf(listing.said)
  return [{ key: said, problem: hosts => objstoreProblem.thanosFails({}, bucketOf(objstore), hosts, said) }]
}

/** The first line of its error, without the stack. */
function reasonOf(said: string): string {
  const error = /\berr="((?:[^"\\]|\\.)*)/.exec(said)?.[1]
  const [line = ''] = error?.split('\\n') ?? said.trim().split('\n').slice(-1)
  return visibleLine(line.replaceAll('\\"', '"')).slice(0, 500)
}

function bucketOf({ type, config }: Objstore): string {
  const { bucket }: { bucket?: string } = bucketTypes[type]
  return String(config[bucket ?? ''] ?? type)
}

/** One message a cause. */
function findingOf(fault: S3Fault, { bucket, host, port, tls }: S3Access): TrialFinding {
  const at = { bucket, server: port === (tls ? 443 : 80) ? host : `${host}:${port}` }
  const finding = (problem: TrialFinding['problem']) => ({ key: JSON.stringify(keyOf(fault)), problem })
  if ('denied' in fault) {
    const { denied, left } = fault
    return finding(from => objstoreProblem.denied({}, { ...at, from }, denied, left))
  }
  if ('wrong' in fault) return finding(from => objstoreProblem.odd({}, { ...at, from }, fault.wrong))
  const { cause } = fault
  if ('left' in fault)
    return finding(from => objstoreProblem.left({}, { ...at, from }, fault.left, wordsOf(cause)))
  if (cause.is === 'no bucket') return finding(from => objstoreProblem.noBucket({}, { ...at, from }))
  return finding(from => objstoreProblem.fails({}, { ...at, from, of: fault.of }, cause.is, wordsOf(cause)))
}

/** Without the random key, which differs from host to host. */
function keyOf(fault: S3Fault): object {
  if ('denied' in fault) return { denied: fault.denied }
  if ('left' in fault) return { left: fault.cause }
  return 'wrong' in fault ? { wrong: fault.wrong } : fault
}

function wordsOf(cause: Extract<S3Fault, { of: unknown }>['cause']): string {
  return 'said' in cause ? cause.said : 'region' in cause ? (cause.region ?? '') : cause.is
}
