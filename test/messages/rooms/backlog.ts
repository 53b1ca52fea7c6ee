import { backlogProblem } from '../../../src/engine/backlog/messages.ts'
import { samples } from '../samples.ts'

const from = '2026-05-04 10:20:30 UTC'
const step = { component: 'prometheus', verb: 'restarted' }
const down = { ...step, fact: `has accepted nothing since ${from}` }
const late = { ...step, sink: 'victoriametrics on vm-a', fact: 'is 73 s behind' }
const store = {
  ...{ ...step, store: 'victoriametrics on vm-a, victoriametrics on vm-b' },
  detail: `victoriametrics on vm-a ${down.fact}.\nvictoriametrics on vm-b ${down.fact}.`,
}

export const backlogSamples = samples(backlogProblem, {
  ownDown: [
    [{ ...down, sink: 'remote write "central" to sink.example.net' }, from],
    [{ ...step, sink: 'remote write to sink.example.net', fact: 'refuses samples' }, undefined],
  ],
  memberDown: [
    [{ ...down, sink: 'victoriametrics on vm-b' }, from, 'victoriametrics on vm-a'],
    [
      { ...step, sink: 'victoriametrics on vm-b', fact: 'refuses samples' },
      undefined,
      'victoriametrics on vm-a',
    ],
    [{ ...down, sink: 'victoriametrics on vm-b' }, from, undefined],
  ],
  storeDown: [[store]],
  storeDownAccepted: [[store]],
  notCaughtUp: [[late, 5]],
  notCaughtUpAccepted: [[late, 5]],
  wouldWait: [
    [late, 5, false],
    [late, 5, true],
  ],
  peerNotSending: [[late, 'mon-a', 5]],
  peerNotSendingAccepted: [[late, 'mon-a', 5]],
  unknown: [['prometheus', 'asking 127.0.0.1:9090 failed: /metrics answers 503']],
})
