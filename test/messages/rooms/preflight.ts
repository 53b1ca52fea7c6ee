import { preflightProblem } from '../../../src/engine/preflight/messages.ts'
import { sessionProblem } from '../../../src/engine/session/messages.ts'
import { samples } from '../samples.ts'

const barrier = {
  ...{ at: '/data', who: 'bob', host: 'mon-a', elsewhere: ', or set another `data_dir:`' },
  paths: ['/data/a', '/data/b'],
}
const other = { host: 'mon-a', address: '192.0.2.1', has: '192.0.2.2' }

export const preflightSamples = samples(preflightProblem, {
  notExamined: [['the command ended with code 1', {}]],
  installedUnread: [['the command ended with code 1', { detail: 'a\nb' }]],
  accountMissing: [
    [
      {
        ...{ account: 'group prometheus', host: 'mon-a' },
        ...{ why: 'groupadd is not installed', create: 'groupadd --system prometheus' },
      },
    ],
  ],
  userIsRoot: [['prometheus', 'mon-a', 'prometheus']],
  userHasGroups: [
    [{ name: 'prometheus', host: 'mon-a', component: 'prometheus', groups: ['sudo', 'docker'] }],
  ],
  changesApart: [['keepalived', ['mon-a'], ['mon-b']]],
  addressCannotMove: [
    ['192.0.2.9', 'it has no network for it', 'Choose an address of a network that the host is in.'],
  ],
  otherAddress: [['mon-a', '192.0.2.1', '192.0.2.2']],
  addressNeeded: [[{ ...other, mover: 'keepalived' }]],
  portTaken: [[{ port: '9090/tcp', by: 'nginx (pid 7)', unit: 'prometheus.service', remedy: 'Stop nginx.' }]],
  readOnly: [['/var']],
  diskFull: [['/var', '1 MB free, and 64 MB are needed']],
  otherSource: [['192.0.2.9', '192.0.2.2', '192.0.2.1']],
  pathUnwritable: [
    [{ component: 'prometheus', path: '/q', why: 'it is read-only', remedy: 'Run `findmnt /q` there.' }],
  ],
  directoryOfOther: [[barrier, 'Run `chown root /data` on mon-a.']],
  directoryOpen: [[barrier], [{ ...barrier, who: 'everybody', elsewhere: '' }]],
  linkOfOther: [[barrier]],
  leafOfOther: [[barrier, 'prometheus']],
  directoryInUse: [
    [barrier, 'prometheus', 'Move what it holds away, or set another `data_dir:`.'],
    [barrier, undefined, 'Move what it holds away, or set another `data_dir:`.'],
  ],
  noDirectory: [[barrier]],
  retentionShorter: [
    [
      { component: 'victoriametrics', kept: '365d', after: '30d' },
      '`retention: 365d` under `victoriametrics:`',
    ],
    [{ component: 'prometheus', kept: 'data without a limit', after: '20GB' }, undefined],
  ],
  directoryMoved: [[barrier]],
})

export const sessionSamples = samples(sessionProblem, {
  notObserved: [['the command ended with code 1', {}]],
  unexpected: [['mon-a', 'go on', 'it broke']],
  recordDamaged: [['prometheus']],
  recordMisnamed: [['prometheus', 'ssh.service', 'prometheus.service']],
  noSystemd: [[]],
  notRoot: [[]],
  notInstalled: [[['prometheus on mon-a', 'alertmanager on mon-b']]],
  unitMasked: [['prometheus.service', 'mon-a']],
  settingReplaced: [
    [
      {
        ...{ unit: 'prometheus.service', host: 'mon-a', setting: 'REPLICA' },
        ...{ effect: 'the label may be the same on both.', paths: ['/etc/a.conf', '/etc/b.conf'] },
      },
    ],
  ],
  nameUnresolved: [
    ['mon-b cannot resolve am to an address that leads to mon-a', 'mon-a', undefined],
    ['mon-b cannot resolve am to an address that leads to mon-a', 'mon-a', '192.0.2.1'],
  ],
})
