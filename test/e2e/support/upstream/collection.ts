/**
 * What prometheus-community/ansible has its test cases look for on a host with the five programs, in words of our own. Left out
 * are directories that it leaves empty, and what it names after Ansible.
 */
import assert from 'node:assert/strict'
import type { Fleet } from '../fleet.ts'

const directories = [
  ...['/etc/prometheus', '/etc/prometheus/rules', '/etc/prometheus/file_sd', '/var/lib/prometheus'],
  ...['/etc/alertmanager', '/var/lib/alertmanager', '/var/lib/node_exporter'],
]
const files = [
  ...['/etc/prometheus/prometheus.yml', '/etc/alertmanager/alertmanager.yml'],
  '/etc/blackbox_exporter/blackbox_exporter.yml',
  ...['prometheus', 'promtool', 'alertmanager', 'amtool'].map(name => `/usr/local/bin/${name}`),
]
/** Unit and program, port, user and whether the user is asked for its group and shell. */
const services = [
  ['prometheus', 9090, 'prometheus'],
  ['alertmanager', 9093, 'alertmanager'],
  ['node_exporter', 9100, 'node-exp'],
  ['blackbox_exporter', 9115, 'blackbox-exp'],
  ['pushgateway', 9091, 'pushgateway'],
] as const

const hex = (port: number) => port.toString(16).toUpperCase().padStart(4, '0')

/** Asserts that none of the cases fails. */
export async function assertCollectionCases(fleet: Fleet, host: string): Promise<void> {
  const cases = [
    ...directories.map(path => `test -d ${path}`),
    ...files.map(path => `test -f ${path}`),
    ...services.flatMap(([name, port, user]) => [
      `test -f /etc/systemd/system/${name}.service`,
      `test -f /usr/local/bin/${name}`,
      `systemctl is-active -q ${name}`,
      `systemctl is-enabled -q ${name}`,
      // Go listens for IPv4 and IPv6 by one socket of IPv6.
      `grep -Eq ' (0{8}|0{32}):${hex(port)} (0{8}|0{32}):0000 0A ' /proc/net/tcp /proc/net/tcp6`,
      `getent group ${user} >/dev/null`,
      `test "$(getent passwd ${user} | cut -d: -f7)" = /usr/sbin/nologin`,
      `id -nG ${user} | grep -qw ${user}`,
    ]),
    ...['/etc', '/root', '/usr', '/var'].map(
      path => `test "$(stat -c %F:%U:%G ${path})" = directory:root:root`,
    ),
    ...['node_exporter', 'pushgateway'].map(
      unit => `test "$(systemctl show -p ProtectHome --value ${unit})" = yes`,
    ),
    "/usr/local/bin/prometheus --version 2>&1 | grep -q '^prometheus, version [0-9]'",
  ]
  const script = cases.map((one, index) => `{ ${one}; } || echo ${index}`).join('\n')
  const failed = (await fleet.inside(host, `set +e\n${script}\n:`)).split('\n').filter(line => line !== '')
  assert.deepEqual(
    failed.map(index => cases[Number(index)]),
    [],
  )
}
