import assert from 'node:assert/strict'
import { plain } from '../../../src/report/style.ts'
import { statusText } from '../../../src/report/text/status.ts'
import type { StatusRow } from '../../../src/verify/model.ts'

const row = (host: string, component: string, rest: Partial<StatusRow> = {}): StatusRow => ({
  ...{ cell: 'eu', host, component, replica: '', version: '1.2.3', health: 'ready' },
  ...{ lastChange: Date.UTC(2026, 10, 30, 12, 34, 56) / 1000, note: '' },
  ...rest,
})
const away = (host: string, component: string) =>
  row(host, component, {
    ...{ version: '', health: 'unreachable', lastChange: null },
    note: 'cannot reach deploy@192.0.2.12:22: no answer within 10 s while connecting to its address',
  })

describe('report/status', () => {
  it('names a replica beside its component, and the cell only if there are several', () => {
    assert.deepEqual(
      statusText(
        [row('mon-a', 'prometheus', { replica: 'a' }), row('mon-a', 'alertmanager', { replica: 'mon-a' })],
        plain,
      ),
      [
        'HOST   COMPONENT     VERSION  HEALTH  LAST CHANGE',
        'mon-a  prometheus a  1.2.3    ready   2026-11-30 12:34',
        'mon-a  alertmanager  1.2.3    ready   2026-11-30 12:34',
      ].join('\n'),
    )
    assert.match(
      statusText([row('mon-a', 'x'), row('us-a', 'x', { cell: 'us' })], plain),
      /^CELL {2}HOST[\s\S]*^us {4}us-a/m,
    )
  })

  it('tells of a host that cannot be reached once, and why below it', () => {
    const text = statusText(
      [row('mon-a', 'prometheus'), away('mon-b', 'prometheus'), away('mon-b', 'haproxy')],
      plain,
    )
    assert.deepEqual(text.split('\n').slice(2), [
      'mon-b  all 2 programs  -        unreachable  -',
      '    cannot reach deploy@192.0.2.12:22: no answer within 10 s while connecting to',
      '    its address',
    ])
  })

  it('fits 80 columns whatever hosts are called, and breaks no word', () => {
    const long = (name: string) => `${name}.monitoring.frankfurt.example.net`
    const rows = [
      ...['a', 'b'].flatMap(name => [
        row(long(`prometheus-${name}`), 'blackbox_exporter', { replica: name, cell: 'europe' }),
        row(long(`prometheus-${name}`), 'node_exporter', { note: 'its disk is nearly full' }),
      ]),
      away(long('prometheus-c'), 'prometheus'),
    ]
    const lines = statusText(rows, plain).split('\n')
    assert.ok(
      lines.every(line => line.length <= 80),
      lines.find(line => line.length > 80),
    )
    assert.ok(lines.some(line => line.includes('blackbox_exporter a')))
    assert.ok(lines.includes('    its disk is nearly full'))
  })
})
