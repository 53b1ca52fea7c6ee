import { labProblem } from '../../../../src/lab/messages.ts'
import { samples } from '../../samples.ts'

export const labSamples = samples(labProblem, {
  programFailed: [
    [{ purpose: 'making the base tree', program: 'mmdebstrap', said: 'E: no space left', code: 1 }],
    [{ purpose: 'making the base tree', program: 'mmdebstrap', said: '', code: 1 }],
  ],
  stillMounted: [['/var/lib/promha-lab/lab/mon-a']],
  etcNotADirectory: [['mon-a']],
  fileMissing: [['/etc/passwd', 'mon-a']],
  directoryIsLink: [['/srv/lab']],
  badName: [['My Lab']],
  badCount: [[300, 250]],
  noControlGroups: [[]],
  notLinux: [['darwin', 'Run it in a Debian machine.']],
  notRoot: [[]],
  notDebian: [
    ['Fedora Linux 42', 'Run it in a Debian machine.'],
    [undefined, 'Run it in a Debian machine.'],
  ],
  noArchive: [['trixie'], [undefined]],
  directoryTaken: [['/srv/lab', 'demo']],
  noSubnet: [[]],
  noLab: [['demo']],
  noHost: [['demo', 'mon-c', ['mon-a', 'mon-b']]],
  cannotShrink: [['demo', 4, 2]],
  waitedTooLong: [['mon-a to boot', 60_000, { detail: 'systemd says starting.' }]],
})
