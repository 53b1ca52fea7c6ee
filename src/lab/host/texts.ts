/** The files the lab writes: on the hosts, and in the directory that the user works from. Pure. */
import type { LabHostPlan } from '../model.ts'

/** `/etc/hosts` of each host: every host of the lab by name, and no name server needed. */
export function hostsFile(hosts: readonly LabHostPlan[]): string {
  const all = hosts.map(host => `${host.address} ${host.name}\n`).join('')
  return `127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n${all}`
}

/** systemd-networkd's settings of one host; keeps its address while its cable is pulled, as servers do. */
export function networkFile(address: string): string {
  return `[Match]
Name=host0

[Network]
Address=${address}/24
ConfigureWithoutCarrier=yes
LinkLocalAddressing=no
IPv6AcceptRA=no
`
}

/** An ssh_config that reaches every host by its name, and nothing else. */
export function sshConfig(directory: string, hosts: readonly LabHostPlan[]): string {
  const entries = hosts.map(
    ({ name, address, user }) => `Host ${name} ${address}
  HostName ${address}
  User ${user}
  IdentityFile ${word(`${directory}/id_ed25519`)}
  IdentitiesOnly yes
  UserKnownHostsFile ${word(`${directory}/known_hosts`)}
  StrictHostKeyChecking yes
`,
  )
  return `# Written by "promha lab up".\n\n${entries.join('\n')}`
}

/** ssh_config takes double quotes round blanks, and % as a mark of its own. */
function word(text: string): string {
  const escaped = text.replaceAll('%', '%%')
  return /\s/.test(escaped) ? `"${escaped}"` : escaped
}

/** One line for each key of a host; `keys` are texts of ssh_host_*_key.pub files. */
export function knownHosts(host: LabHostPlan, keys: readonly string[]): string {
  return keys
    .map(key => {
      const [type = '', blob = ''] = key.trim().split(/\s+/)
      return `${host.name},${host.address} ${type} ${blob}\n`
    })
    .join('')
}

/** An inventory that can be applied at once. Paths in it are relative to itself. */
export function inventory(hosts: readonly LabHostPlan[]): string {
  const width = Math.max(...hosts.map(host => host.name.length)) + 1
  const lines = hosts.map(host => {
    const sudo = host.user === 'root' ? ', ssh: { sudo: false }' : ''
    return `  ${`${host.name}:`.padEnd(width)} { address: ${host.address}${sudo} }`
  })
  const monitors = hosts.slice(0, 2).map(host => host.name)
  const replicas = monitors.map((name, position) => `${position === 0 ? 'a' : 'b'}: ${name}`).join(', ')
  return `# Written by "promha lab up", which leaves it alone once you have edited it.
promha: 1

ssh:
  config: ssh_config          # user, key and host keys of the lab

artifacts:
  from: debian                # Debian's own builds, which need no access to GitHub
  suite: forky

hosts:
${lines.join('\n')}

cells:
  lab:
    prometheus:
      replicas: { ${replicas} }
      global: { scrape_interval: 5s, evaluation_interval: 5s }
    alertmanager:
      hosts: [${monitors.join(', ')}]
      config:
        route: { receiver: nobody, group_wait: 1s, group_interval: 10s, repeat_interval: 1h }
        receivers:
          - name: nobody
    exporters:
      node: { hosts: [all] }
`
}
