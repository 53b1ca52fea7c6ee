import assert from 'node:assert/strict'
import { componentOf, flagsOf, ownWords } from '../../../src/plan/adopt/command-flags.ts'
import { configOf, predecessors, takesOver, unitsBefore } from '../../../src/plan/adopt/found.ts'
import type { Instance } from '../../../src/resource/model.ts'
import type { FoundProcess, FoundPrograms, FoundUnit } from '../../../src/shell/host/found.ts'
import { blank, built, prometheus, stampOf } from '../host.ts'

const alertmanager: Instance = {
  ...prometheus,
  component: 'alertmanager',
  service: { kind: 'service', unit: 'alertmanager.service', ports: [{ protocol: 'tcp', port: 9093 }] },
}

const unit = (name: string, exec: string, more: Partial<FoundUnit> = {}): FoundUnit => ({
  ...{ name, active: false, enabled: true, pid: 0, group: '' },
  ...{ texts: [`[Service]\nExecStart=${exec}\n`], environments: [], ...more },
})
const running = (pid: number, group: string, ...argv: readonly string[]): FoundProcess => ({
  ...{ pid, argv, directory: '/srv', group, ofHost: true },
})
const found = (instance: Instance, programs: Partial<FoundPrograms>) =>
  predecessors(instance, { units: [], processes: [], ...programs })
const system = (name: string) => `/system.slice/${name}`

describe('what promha takes the place of', () => {
  it('is looked for only where nothing of promha was confirmed yet', () => {
    assert.equal(takesOver(prometheus, blank), true)
    const stamps = new Map([['prometheus' as const, stampOf(prometheus, [])]])
    assert.equal(takesOver(prometheus, { ...built(prometheus), records: stamps }), false)
    assert.equal(takesOver({ ...prometheus, retired: true }, blank), false)
    assert.equal(takesOver({ ...prometheus, component: 'haproxy' }, blank), false)
    assert.ok(unitsBefore(alertmanager).includes('prometheus-alertmanager.service'))
  })

  it('runs as its command line says, whatever its unit file says by now', () => {
    const group = system('prometheus.service')
    const units = [
      unit('prometheus.service', '/usr/bin/prometheus --storage.tsdb.path=/new', { pid: 7, group }),
    ]
    const processes = [running(7, system('prometheus.service'), '/usr/bin/prometheus', '--config.file=p.yml')]
    const [one, ...rest] = found(prometheus, { units, processes })
    assert.deepEqual(rest, [])
    assert.deepEqual(
      [one?.pid, one?.unit, [...(one?.flags ?? [])]],
      [7, 'prometheus.service', [['config.file', ['p.yml']]]],
    )
    assert.equal(one && configOf(one), '/srv/p.yml')
    const [stopped] = found(prometheus, { units })
    assert.deepEqual([stopped?.pid, stopped?.flags.get('storage.tsdb.path')], [undefined, ['/new']])
  })

  it('is found behind a shell, under another name, and as the child of its unit', () => {
    const shell = ['/bin/sh', '-c', 'exec /opt/prometheus/prometheus --storage.tsdb.path=/a']
    assert.deepEqual(ownWords('prometheus', shell), ['/opt/prometheus/prometheus', '--storage.tsdb.path=/a'])
    const renamed = running(7, system('prometheus.service'), '/opt/prom', '--storage.tsdb.path=/b')
    const child = running(8, system('prometheus.service'), 'prometheus', '--storage.tsdb.path=/c')
    const units = [unit('prometheus.service', '/opt/start', { pid: 7, group: system('prometheus.service') })]
    const path = (...processes: readonly FoundProcess[]) =>
      found(prometheus, { units, processes }).map(({ flags }) => flags.get('storage.tsdb.path')?.[0])
    assert.deepEqual(path(renamed), ['/b'])
    assert.deepEqual(path(running(7, system('prometheus.service'), '/bin/sh', '/opt/start'), child), ['/c'])
  })

  it('is, of another name, only what has the same port', () => {
    const debian = 'prometheus-alertmanager.service'
    const at = (...args: readonly string[]) =>
      found(alertmanager, { units: [unit(debian, `/usr/bin/prometheus-alertmanager ${args.join(' ')}`)] })
        .length
    assert.deepEqual([at(), at('--web.listen-address=:9093'), at('--web.listen-address=:9099')], [1, 1, 0])
    const byHand = running(9, '/user.slice/user@1000.service/x.scope', './alertmanager')
    const [one] = found(alertmanager, { processes: [byHand] })
    assert.deepEqual([one?.unit, one?.pid], [undefined, 9])
    const other = running(9, system('x.service'), 'alertmanager', '--web.listen-address=:1234')
    assert.deepEqual(found(alertmanager, { processes: [other] }), [])
  })

  it('is not what runs in a container with a network or services of its own', () => {
    const inside = running(9, '/machine.slice/lxc-x/system.slice/prometheus.service', 'prometheus')
    assert.deepEqual(found(prometheus, { processes: [{ ...inside, ofHost: false }] }), [])
    const units = [
      unit('prometheus.service', '/usr/bin/prometheus', { pid: 7, group: system('prometheus.service') }),
    ]
    const [own, ...rest] = found(prometheus, { units, processes: [{ ...inside, ofHost: false }] })
    assert.deepEqual([own?.unit, own?.pid, rest], ['prometheus.service', undefined, []])
  })

  it('may be in a container, and the host itself may be one', () => {
    const contained = (group: string) =>
      found(prometheus, { processes: [running(3, group, 'prometheus')] })[0]?.contained
    assert.equal(contained('/system.slice/docker-0a1b.scope'), true)
    assert.equal(contained('/system.slice/prometheus.service/libpod-payload-0a1b'), true)
    assert.equal(contained('/docker/0a1b/system.slice/prometheus.service'), false)
  })

  it('knows the programs by the names of upstream and of distributions', () => {
    const known = [
      'prometheus',
      'prometheus-3.5.0',
      '/usr/bin/prometheus-node-exporter',
      'pushgateway',
      'alertmanager',
    ]
    assert.deepEqual(known.map(componentOf), [
      'prometheus',
      'prometheus',
      'node_exporter',
      'pushgateway',
      'alertmanager',
    ])
    for (const other of ['prometheus-oddity-exporter', 'node', 'sh'])
      assert.equal(componentOf(other), undefined)
    assert.deepEqual(
      [...flagsOf(['p', '--a=1', '--b', '2', '--c', '--a=3', '-d=4'])],
      [
        ['a', ['1', '3']],
        ['b', ['2']],
        ['c', ['']],
        ['d', ['4']],
      ],
    )
  })
})
