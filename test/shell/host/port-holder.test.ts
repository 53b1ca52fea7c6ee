/** Who holds a port, as systemd and the control groups of the host say it. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { holdersScript, parseHolders } from '../../../src/shell/host/port-holder.ts'

const sockets = `Listen=/run/dbus/system_bus_socket (Stream)
Id=dbus.socket
ActiveState=active

Listen=0.0.0.0:9090 (Stream)
Id=old.socket
ActiveState=inactive

Listen=[::]:19090 (Stream)
Listen=[::]:9090 (Stream)
Listen=127.0.0.1:9094 (Datagram)
Id=cockpit.socket
ActiveState=active
`

function ask(question: string): string {
  const systemctl = `systemctl() { cat <<'END'\n${sockets}END\n}`
  const { stdout, stderr } = spawnSync('dash', ['-c', [...holdersScript([]), systemctl, question].join('\n')])
  assert.equal(stderr.toString(), '')
  return stdout.toString().trim()
}

describe('the socket unit that listens on a port', () => {
  it('is the active one with that port and protocol', () => {
    assert.equal(ask('socket_of 9090 Stream'), 'cockpit.socket')
    assert.equal(ask('socket_of 9094 Datagram'), 'cockpit.socket')
    for (const none of ['socket_of 9094 Stream', 'socket_of 909 Stream', 'socket_of 9100 Stream'])
      assert.equal(ask(none), '')
  })
})

describe('the unit of a process', () => {
  const directory = mkdtempSync(join(tmpdir(), 'promha-cgroup-'))
  after(() => rmSync(directory, { recursive: true }))

  const cases = [
    ['0::/system.slice/sshd.service\n', 'sshd.service'],
    ['0::/system.slice/system-x.slice/x@1.service/sub\n', 'x@1.service'],
    ['9:name=systemd:/system.slice/sshd.service\n1:cpu:/other\n0::/\n', 'sshd.service'],
    ['0::/user.slice/user-1000.slice/user@1000.service/app.slice/prometheus.service\n', 'user@1000.service'],
    ['0::/system.slice/docker-abc.scope/system.slice/prometheus.service\n', 'docker-abc.scope'],
    ['0::/user.slice/user-0.slice/session-3.scope\n', 'session-3.scope'],
    ['0::/\n', ''],
  ] as const
  for (const [text, unit] of cases)
    it(`is ${unit || 'none'} for ${text.trim()}`, () => {
      writeFileSync(join(directory, 'cgroup'), text)
      assert.equal(ask(`unit_of ..${directory}`), unit)
    })
})

describe('the holder of a port', () => {
  it('is read once for each port that was asked for', () => {
    const services = [{ unit: 'p.service', ports: [{ protocol: 'tcp' as const, port: 9090 }] }]
    const lines = ['p.service tcp 9090 1 cockpit.socket systemd', 'p.service tcp 9090 7 - nginx']
    const common = { unit: 'p.service', protocol: 'tcp', port: 9090 }
    assert.deepEqual(parseHolders(services, lines), [
      { ...common, pid: 1, program: 'systemd', of: 'cockpit.socket' },
    ])
    assert.deepEqual(parseHolders(services, lines.slice(1)), [{ ...common, pid: 7, program: 'nginx' }])
    assert.deepEqual(parseHolders(services, ['p.service tcp 9091 7 - nginx']), [])
  })
})
