import assert from 'node:assert/strict'
import { parse } from 'yaml'
import { planHosts } from '../../../src/lab/host/addresses.ts'
import { hostsFile, inventory, knownHosts, sshConfig } from '../../../src/lab/host/texts.ts'

describe("the lab's files", () => {
  const hosts = planHosts(0, 4)

  it('names user, key and host keys of each host in ssh_config', () => {
    const text = sshConfig('/home/me/my lab', hosts)
    const lines = text.slice(text.indexOf('Host app-02')).split('\n')
    assert.deepEqual(lines.slice(0, 7), [
      'Host app-02 198.18.0.22',
      '  HostName 198.18.0.22',
      '  User root',
      '  IdentityFile "/home/me/my lab/id_ed25519"',
      '  IdentitiesOnly yes',
      '  UserKnownHostsFile "/home/me/my lab/known_hosts"',
      '  StrictHostKeyChecking yes',
    ])
  })

  it('keeps a percent sign of a path from being a mark', () => {
    assert.match(sshConfig('/a%b', hosts), /IdentityFile \/a%%b\/id_ed25519/)
  })

  it('writes known_hosts without the comments of keys', () => {
    const host = hosts[0]
    assert.ok(host)
    assert.equal(
      knownHosts(host, ['ssh-ed25519 AAAA root@build\n', 'ssh-rsa BBBB x\n']),
      'mon-a,198.18.0.11 ssh-ed25519 AAAA\nmon-a,198.18.0.11 ssh-rsa BBBB\n',
    )
  })

  it('lists every host in /etc/hosts', () => {
    assert.match(hostsFile(hosts), /^127\.0\.0\.1 localhost$/m)
    for (const host of hosts) assert.ok(hostsFile(hosts).includes(`${host.address} ${host.name}\n`))
  })

  it('writes an inventory that says where sudo is not to be used', () => {
    const made = parse(inventory(hosts))
    assert.equal(made.promha, 1)
    assert.deepEqual(made.ssh, { config: 'ssh_config' })
    assert.deepEqual(made.artifacts, { from: 'debian', suite: 'forky' })
    assert.deepEqual(made.hosts['app-02'], { address: '198.18.0.22', ssh: { sudo: false } })
    assert.deepEqual(made.hosts['mon-a'], { address: '198.18.0.11' })
    assert.deepEqual(made.cells.lab.prometheus.replicas, { a: 'mon-a', b: 'mon-b' })
    assert.deepEqual(made.cells.lab.alertmanager.hosts, ['mon-a', 'mon-b'])
    assert.deepEqual(made.cells.lab.exporters.node.hosts, ['all'])
  })
})
