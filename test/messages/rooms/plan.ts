import { adoptProblem } from '../../../src/plan/adopt/messages.ts'
import { ownedProblem } from '../../../src/plan/owned/messages.ts'
import { driftProblem, savedPlanProblem } from '../../../src/plan/saved/messages.ts'
import { samples } from '../samples.ts'

const losing = {
  host: 'mon-a',
  cell: 'eu',
  component: 'prometheus',
  seen: 'Seen in the unit file of prometheus.service.',
  loss: 'data_path',
  accepted: false,
  keep: 'Set `data_dir: /data` under `prometheus:` to keep it.',
} as const
const program = { component: 'prometheus', seen: 'Seen in the unit file of prometheus.service.' }
const place = { component: 'prometheus', host: 'mon-a' }

export const adoptSamples = samples(adoptProblem, {
  webConfigLost: [[{ ...losing, loss: 'web_config' }, '/etc/prometheus/web.yml', 9090]],
  dataLost: [
    [losing, '/data', { wanted: '/var/lib/prometheus', lost: 'its history would be lost' }],
    [
      { ...losing, accepted: true },
      '/data',
      { wanted: '/var/lib/prometheus', lost: 'its history would be lost' },
    ],
  ],
  retentionShorter: [[{ ...losing, loss: 'retention' }, '90d of data', '15d']],
  portShared: [[{ ...program, unit: 'prom.service', host: 'mon-a' }]],
  listenChanges: [[{ ...program, before: '0.0.0.0:9091', after: '0.0.0.0:9090' }]],
  urlChanges: [
    [{ ...program, before: 'http://old.example', after: 'http://new.example' }],
    [{ ...program, before: 'http://old.example', after: '' }],
  ],
  prefixChanges: [[{ ...program, before: '/prom', after: '/' }]],
  componentChanges: [
    ['alertmanager', program.seen, { summary: 'changes its cluster: it will not join mon-c:9094 any more' }],
    ['node_exporter', program.seen, { summary: 'reads metrics from /m', remedy: 'Write them to /n.' }],
  ],
  flagsLost: [['prometheus', program.seen, ['query.timeout']]],
  configLost: [
    [{ kind: 'scrape jobs', path: '/etc/prometheus.yml', component: 'prometheus', names: ['a', 'b'] }],
  ],
  notCompared: [['prometheus', ['/etc/prometheus/rules.yml']]],
  dataLeft: [['prometheus', '/var/lib/prometheus', '/data']],
})

export const ownedSamples = samples(ownedProblem, {
  generationUnreadable: [['prometheus']],
  ofOtherCell: [
    ['prometheus', 'mon-a', 'eu'],
    ['my_exporter', 'mon-a', ''],
  ],
  backupKept: [
    ['prometheus', 'mon-a'],
    ['my_exporter', 'mon-a'],
  ],
})

export const savedPlanSamples = samples(savedPlanProblem, {
  noPlan: [['eu.plan']],
  otherVersion: [['eu.plan', 2]],
  notWhole: [['eu.plan']],
  hostMissing: [['mon-a']],
  otherSelection: [['hosts', ['mon-a', 'mon-b'], ['mon-a']]],
  hostNotPlanned: [['mon-a', 'was not reached']],
  hostNotCompared: [['mon-a', 'was not reached']],
  inventoryChanged: [['prometheus', 'mon-a', 'The steps would be the same.']],
  hostChanged: [['prometheus', 'mon-a', 'The steps would be the same.']],
  stepsChanged: [
    ['prometheus', 'mon-a', 'To do now and not in the plan: restart service:prometheus.service.'],
  ],
})

export const driftSamples = samples(driftProblem, {
  leftInventory: [[place]],
  neverConfirmed: [[place]],
  changeUndone: [[place, '2026-11-30T12:00:00Z']],
  changeCutOff: [[place]],
  otherInventory: [[place]],
  wouldRemove: [[place, ['/etc/prometheus/a.yml', '/etc/prometheus/b.yml']]],
  notAsLeft: [
    [place, ['file:/etc/prometheus/a.yml']],
    [place, ['file:/etc/prometheus/a.yml', 'file:/etc/prometheus/b.yml']],
  ],
  wouldReplace: [[place, ['/etc/prometheus/a.yml']]],
})
