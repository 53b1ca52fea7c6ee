/** The words of the problems whose topic is `objstore`. */
import { suggestion } from '../../src/diagnostic/nearest.ts'
import { messages, type Texts } from '../../src/diagnostic/problem.ts'
import { quoted } from '../../src/inventory/text/place.ts'

type At = Texts<'bucket' | 'server' | 'from'>

const cannotUse = ({ bucket, server, from }: At) =>
  `the bucket ${quoted(bucket)} of ${server} cannot be used from ${from}`

/** What may fail in a trial, why it does, and what to do. */
const failures: Readonly<
  Record<string, (said: string) => { readonly why: string; readonly remedy: string }>
> = {
  'unknown key': () => ({
    why: 'the server does not know the access key',
    remedy: 'Check "access_key" in the objstore.',
  }),
  'wrong secret': () => ({
    why: 'the secret key does not belong to the access key',
    remedy: 'Check "secret_key" in the objstore.',
  }),
  expired: () => ({
    why: 'the session token is not valid, or no longer',
    remedy: 'Get a new "session_token", or use keys that do not expire.',
  }),
  clock: () => ({
    why: 'the clock of this machine differs too much from that of the server',
    remedy: 'Set the clocks right, for example by NTP.',
  }),
  'other region': region => ({
    why: `the bucket is in another region${region === '' ? '' : `, ${region}`}`,
    remedy: 'Set "region" in the objstore to that of the bucket, and "endpoint" to the server there.',
  }),
  'not there': () => ({
    why: 'the server has no such place, or lost what was put',
    remedy: 'Check "endpoint", "bucket" and "bucket_lookup_type" in the objstore.',
  }),
  'host not found': () => ({
    why: 'the name of the server cannot be resolved there',
    remedy: 'Check "endpoint" in the objstore, and the DNS of the hosts.',
  }),
  refused: () => ({
    why: 'the server refuses the connection',
    remedy: 'Start the server, or check "endpoint" in the objstore and the firewalls between.',
  }),
  tls: said => ({
    why: `TLS fails: ${said}`,
    remedy:
      'Check "insecure" and "http_config" in the objstore: "tls_config: { ca_file: … }" names a CA of your own.',
  }),
  line: said => ({
    why: said,
    remedy: 'Check that the hosts reach the server at the "endpoint" of the objstore.',
  }),
}
const otherFailure = (said: string) => ({
  why: `the server answers ${said}`,
  remedy: 'Look at the log of the server.',
})

export const objstoreProblem = messages('objstore', {
  none: (of: string) => ({
    summary: `${of} has no objstore`,
    remedy: 'Add "objstore: FILE", with a bucket in the form of Thanos.',
  }),
  unknownKey: (key: string, of: string, known: readonly string[]) => ({
    summary: `unknown key ${quoted(key)} in ${of === '' ? '' : `${of} of `}objstore`,
    ...suggestion(key, known, `The known keys are ${known.join(', ')}.`),
  }),
  badValue: (key: string, expected: string, seen: string) => ({
    summary: `${key} of objstore: expected ${expected}, saw ${seen}`,
  }),
  missing: (key: string) => ({
    summary: `objstore has no ${key}`,
    remedy: `Add "${key.split('.').at(-1)}".`,
  }),
  unknownType: (seen: string, known: readonly string[]) => ({
    summary: `unknown type ${quoted(seen)} of objstore`,
    ...suggestion(seen, known, `The known types are ${known.join(', ')}.`),
  }),
  goesWith: (key: string, other: string) => ({
    summary: `objstore has ${key} without ${other}`,
    remedy: `Add "${other}", or remove "${key}".`,
  }),
  notBoth: (key: string, other: string) => ({
    summary: `objstore has both ${key} and ${other}`,
    remedy: 'Remove one of them.',
  }),
  badEndpoint: () => ({
    summary: 'the endpoint of objstore: expected HOST or HOST:PORT without a scheme and a path',
    remedy: 'Write it without http:// or https://. "insecure: true" means plain HTTP.',
  }),
  noCounterpart: (key: string, program: string) => ({
    summary: `${program} has nothing for ${key} of objstore`,
    remedy: 'Remove it, or give this store a file of its own.',
  }),
  badPrefix: (program: string) => ({
    summary: `${program} takes letters and digits only in the prefix of objstore`,
    remedy: 'Change the prefix, or remove it.',
  }),
  onSeveralHosts: (of: string, hosts: readonly string[]) => ({
    summary: `objstore of ${of} is a directory, and several hosts use it: ${hosts.join(', ')}`,
    detail:
      'Each host would have a bucket of its own. Shared file systems such as NFS are not supported either.',
    remedy: 'Use a bucket that all hosts reach, or one host.',
  }),
  notTried: (bucket: string, hosts: string, why: string) => ({
    severity: 'warning',
    summary: `the bucket ${quoted(bucket)} was not tried from ${hosts}: ${why}`,
    detail: 'If Thanos is installed on a host, it lists the bucket instead.',
  }),
  thanosFails: (bucket: string, hosts: string, said: string) => ({
    summary: `Thanos cannot list the bucket ${quoted(bucket)} from ${hosts}: ${said}`,
    remedy: 'Check the objstore, then run the command again.',
  }),
  noBucket: (at: At) => ({
    summary: `${cannotUse(at)}: there is no such bucket`,
    remedy: 'Create it, or check "bucket" in the objstore.',
  }),
  denied: (at: At, operations: readonly string[], left: string | undefined) => ({
    summary: `${cannotUse(at)}: the access key may not ${operations.join(', ')}`,
    ...(left === undefined ? {} : { detail: `The object ${quoted(left)} of the trial is left there.` }),
    remedy: 'Allow the key to put, overwrite, list, get and delete objects in the bucket.',
  }),
  odd: (at: At, operation: 'list' | 'get') => ({
    summary: `${cannotUse(at)}: ${operation === 'list' ? 'the list lacks an object that was just put' : 'an object that was overwritten does not have its new content'}`,
    detail: 'Stores of blocks need a server whose answers are up to date at once.',
    remedy: 'Use a server with strong consistency.',
  }),
  left: (at: At, key: string, why: string) => ({
    summary: `${cannotUse(at)}: an object cannot be deleted: ${why}`,
    detail: `The object ${quoted(key)} of the trial is left there.`,
    remedy: 'Look at the log of the server, and delete the object.',
  }),
  fails: (at: At & Texts<'of'>, cause: string, said: string) => {
    const { why, remedy } = (failures[cause] ?? otherFailure)(said)
    return { summary: `${cannotUse(at)}: ${why}`, detail: `It failed at: ${at.of}.`, remedy }
  },
})
