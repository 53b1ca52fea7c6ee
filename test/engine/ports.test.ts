/** What is said of a port that something else holds. */
import assert from 'node:assert/strict'
import { portProblems } from '../../src/engine/ports.ts'
import type { PortHolder } from '../../src/shell/port-holder.ts'

const holder = { unit: 'prometheus.service', protocol: 'tcp', port: 9090, pid: 5, program: 'nginx' } as const

function told(over: Partial<PortHolder>) {
  const [problem] = portProblems('mon-a', { holders: [{ ...holder, ...over }] }, [])
  return [problem?.summary, problem?.remedy]
}

describe('a port that is taken', () => {
  it('is taken by the socket unit for which systemd holds it', () => {
    assert.deepEqual(told({ pid: 1, program: 'systemd', of: 'cockpit.socket' }), [
      'port 9090/tcp is taken by cockpit.socket',
      'Run `systemctl disable --now cockpit.socket` on mon-a and stop the service that it started, or set another `listen:` in the inventory.',
    ])
    const [summary, remedy = ''] = told({ pid: 1, program: 'systemd' })
    assert.equal(summary, 'port 9090/tcp is taken by systemd (pid 1)')
    assert.match(remedy, /^Run `systemctl list-sockets` on mon-a/)
  })

  it('is freed where it can be: a service, a container, a process, what is out of sight', () => {
    const remedy = (over: Partial<PortHolder>) => told(over)[1]
    assert.match(remedy({ of: 'nginx.service' }) ?? '', /`systemctl disable --now nginx\.service` on mon-a/)
    assert.match(
      remedy({ program: 'docker-proxy', of: 'docker.service' }) ?? '',
      /^Run `docker ps --filter publish=9090` on mon-a and stop that container/,
    )
    assert.match(remedy({}) ?? '', /^Stop it \(`kill 5` on mon-a\)/)
    assert.deepEqual(told({ pid: 0, program: 'unknown' }), [
      'port 9090/tcp is taken by something that is not a process of this host',
      'Run `ss -lntup` on mon-a and stop what listens on port 9090, or set another `listen:` in the inventory.',
    ])
  })
})
