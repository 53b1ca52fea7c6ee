/** The words of the problems whose topic is `objstore`. */
import { suggestion } from '../../src/diagnostic/nearest.ts'
import { messages } from '../../src/diagnostic/problem.ts'
import { quoted } from '../../src/inventory/text/place.ts'

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
})
