import { debianProblem } from '../../../src/artifact/debian/messages.ts'
import { destroyProblem, rollbackProblem, unfinishedProblem } from '../../../src/engine/command/messages.ts'
import {
  gateProblem,
  lockProblem,
  memberProblem,
  orderProblem,
  transferProblem,
} from '../../../src/engine/messages.ts'
import { packagesProblem } from '../../../src/engine/packages/messages.ts'
import { changeProblem, cleanupProblem, recoveryProblem } from '../../../src/engine/rollout/messages.ts'
import { samples } from '../samples.ts'

const outage = {
  ...{ component: 'prometheus', verb: 'restarted', noun: 'Prometheus', cell: 'eu' },
  detail: 'prometheus on mon-b, which cannot be reached',
}

const leaving = {
  ...{ component: 'victoriametrics', noun: 'VictoriaMetrics node', cell: 'eu' },
  detail: 'It leaves vm-a and vm-b.\nIts data stays: /var/lib/victoriametrics on vm-a.',
}

export const memberSamples = samples(memberProblem, {
  outageAccepted: [[outage]],
  allLeaveAccepted: [[leaving]],
  allLeave: [[leaving]],
  tooFewServe: [[outage, ['mon-b'], { serving: 1, needed: 2 }]],
  tooFewServeAccepted: [[outage, { serving: 1, needed: 2 }]],
  outage: [
    [outage, ['mon-b']],
    [outage, []],
  ],
  cellHeldBack: [['eu', 'mon-b']],
  peerUnfit: [['prometheus', 'mon-b']],
  nowDiffers: [[{ what: 'pair', component: 'prometheus', done: 'mon-a', left: 'mon-b' }]],
  endpointDangles: [
    [
      { component: 'keepalived', host: 'app-01', asking: 'prometheus', endpoint: '192.0.2.9' },
      ['mon-a', 'mon-b'],
    ],
  ],
})

export const orderSamples = samples(orderProblem, {
  unknownCanary: [
    ['ue', ['eu', 'us']],
    ['other', ['eu', 'us']],
  ],
  circle: [['eu', ['a on mon-a before b on mon-b: the addresses of keepalived lead to these programs']]],
  notBegun: [[['prometheus']], [['prometheus', 'alertmanager']]],
  changedMeanwhile: [[]],
})

export const gateSamples = samples(gateProblem, {
  peersUnreached: [['alertmanager', 'mon-b gets no answer', 'mon-a and mon-b']],
  notConnected: [
    [
      {
        component: 'prometheus',
        lacks: 'has no Alertmanager',
        remedy: 'Check the addresses under `alertmanagers:`.',
      },
      120_000,
    ],
  ],
  notFounded: [
    [{ component: 'm3db', lacks: 'the namespace aggregated is not ready yet', host: 'm3' }, 120_000],
  ],
  notJoined: [
    [
      {
        component: 'cortex',
        lacks: 'c2 is JOINING in the ring',
        remedy: 'Read `journalctl -u cortex` on c1, and see that the members reach each other.',
      },
      120_000,
    ],
  ],
  connectionEnded: [['prometheus']],
  otherPort: [['node_exporter', 9100, [9200, 9300]]],
  otherPortOfOwn: [[{ component: 'mine_exporter', key: 'port' }, 9201, [9200]]],
  crashes: [['prometheus', 'exit-code']],
  notReadyForLong: [['prometheus', 'it answers 503']],
  targetsLost: [[{ component: 'prometheus', host: 'mon-a', detail: 'a, b' }, '2 of 5', 5]],
})

export const lockSamples = samples(lockProblem, {
  failed: [['mon-a', 'the command ended with code 1', '']],
  unlocked: [[['mon-a']], [['mon-a', 'mon-b']]],
  held: [['mon-a', '`promha apply` of alice@laptop', ' It was waited for 5 s.']],
  lost: [
    ['the connection ended', {}],
    ['another run has it', { detail: 'bob' }],
  ],
})

export const transferSamples = samples(transferProblem, {
  notSent: [['/usr/bin/prometheus', '/cache/ab12.gz', 'no such file']],
  notArrived: [['/usr/bin/prometheus', 'no space']],
  noPrograms: [['riscv64']],
})

const names = ['keepalived', 'haproxy']
const one = ['keepalived']
const unknown = 'E: Unable to locate package keepalived'
const refusal = {
  seen: 'the disk is full',
  why: 'No space left on device',
  remedy: 'Free some disk space, then run the command again.',
}

export const packagesSamples = samples(packagesProblem, {
  notInstalled: [[names, refusal]],
  noManager: [[names], [one]],
  notInSources: [
    [names, unknown],
    [one, unknown],
  ],
  notBrought: [
    [names, unknown, debianProblem.noKeyring({}, '/var/lib/apt/lists/deb.example_InRelease')],
    [one, unknown, changeProblem.failed({}, 'the package list is not valid')],
  ],
  installCutOff: [[names], [one]],
  lockLost: [[names], [one]],
  stayInstalled: [
    [['keepalived'], 'keepalived'],
    [names, 'keepalived'],
  ],
  notRemoved: [[names, refusal]],
  removalCutOff: [
    [names, 'the connection ended'],
    [names, 'the connection ended', 'Check whether another run is active or the host was rebooted.'],
  ],
  noRemoval: [['dpkg is busy']],
  notYetRemoved: [[names], [one]],
  stillNeeded: [['keepalived', ['other', 'more']]],
})

export const changeSamples = samples(changeProblem, {
  failed: [['it broke']],
  refused: [['prometheus', 'promtool refuses the config', 'line 3']],
  stepFailed: [['prometheus', 'placing', 'permission denied']],
  diskFull: [['prometheus', 'No space left on device']],
  unrecorded: [
    ['prometheus', 'permission denied', false],
    ['prometheus', 'No space left on device', true],
  ],
  cutOff: [['prometheus', 'at placing']],
  lockLost: [['prometheus', '']],
  unconfirmed: [['prometheus']],
  memberLockLost: [['prometheus', 'mon-b', 'the lock of the host was lost']],
  undoneByHost: [['prometheus']],
  notPutBack: [
    ['prometheus', {}],
    ['prometheus', { detail: 'permission denied' }],
  ],
})

export const recoverySamples = samples(recoveryProblem, {
  failed: [['the unfinished change of prometheus', 'permission denied']],
  cutOff: [[]],
  lockLost: [[]],
})

export const cleanupSamples = samples(cleanupProblem, {
  notGivenBack: [['prometheus', 'no such file']],
  notRunning: [['prometheus.service', 'mon-a', 'systemd says failed.']],
  filesLeft: [['busy']],
})

export const rollbackSamples = samples(rollbackProblem, {
  goesBackApart: [['prometheus', ['mon-a'], ['mon-b']]],
  onlyCutShort: [['prometheus']],
  generationsUnread: [['the command ended with code 1', {}]],
  generationNotWhole: [[['file ab12', 'file cd34']]],
  lastRunUnknown: [
    [['mon-b'], true],
    [['mon-a', 'mon-b'], true],
    [['mon-a'], false],
  ],
  nothingGoesBack: [['promha runs nothing on the chosen hosts']],
  otherRun: [[]],
  createdByRun: [
    ['prometheus', 'mon-a'],
    ['my_exporter', 'mon-a'],
  ],
  noGeneration: [['prometheus']],
  mayNotDescribe: [[]],
})

export const destroySamples = samples(destroyProblem, {
  recordUnread: [['prometheus'], ['my_exporter']],
  dataNotOurs: [['/data']],
  dataKept: [['mon-a: /data']],
  backupKept: [['mon-a: /var/lib/promha/backup/etc/a']],
})

export const unfinishedSamples = samples(unfinishedProblem, { change: [['prometheus']] })
