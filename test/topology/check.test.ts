/** What stands around the pair: Pushgateway, blackbox exporter, load balancer, federation, firewall. */
import assert from 'node:assert/strict'
import { type Case, tells } from '../inventory/cases.ts'
import { head, read } from '../inventory/harness.ts'

const hosts = `${head}  mon-c: { address: 198.18.0.13 }
  mon-d: { address: 198.18.0.14 }
  far: { address: 198.18.9.1 }
  named: { address: named.example.net }
`
const pair = 'prometheus: { replicas: { a: mon-a, b: mon-b }, alertmanagers: [] }'

/** A cell with a pair on mon-a and mon-b and these further lines; `all` are its hosts. */
function cell(...lines: readonly string[]): string {
  return `${hosts}cells:\n  eu:\n    ${pair}\n${lines.map(line => `    ${line}\n`).join('')}`
}

/** Two cells, of the hosts a, b and c, d, each with a pair and further lines. */
function cells(eu: readonly string[], us: readonly string[]): string {
  const other = pair.replace('mon-a', 'mon-c').replace('mon-b', 'mon-d')
  const body = (lines: readonly string[]) => lines.map(line => `    ${line}\n`).join('')
  return `${hosts}cells:
  eu:
    hosts: [mon-a, mon-b]
    ${pair}
${body(eu)}  us:
    hosts: [mon-c, mon-d]
    ${other}
${body(us)}`
}

function pushgateway(failover: string, more = ''): string {
  return cell(`pushgateway: { active: mon-a, passive: mon-b, failover: ${failover}${more} }`)
}

function balancer(rest: string): string {
  return cell(`loadbalancer: { hosts: [mon-a, mon-b], ${rest} }`)
}

function probes(...of: readonly string[]): string {
  return cell(
    'blackbox:',
    '  hosts: [mon-a]',
    '  modules: { http_2xx: { prober: http } }',
    '  probes:',
    ...of.map(probe => `    - ${probe}`),
  )
}

const alertmanagers =
  'alertmanager: { hosts: [mon-a, mon-b], config: { route: { receiver: x }, receivers: [{ name: x }] } }'
const vip = '{ vip: 198.18.0.100/24 }'

const errors: Readonly<Record<string, Case>> = {
  'an active Pushgateway on an unknown host': {
    text: cell(`pushgateway: { active: §mon-x, passive: mon-b, failover: ${vip} }`),
    summary: /^active of pushgateway names "mon-x", which is not a host$/,
    remedy: /"mon-a"/,
  },
  'a passive Pushgateway on an unknown host, which is not the active one': {
    text: cell(`pushgateway: { active: mon-a, passive: §mon-x, failover: ${vip} }`),
    summary: /^passive of pushgateway names "mon-x", which is not a host$/,
    remedy: /Did you mean "mon-b"\?/,
  },
  'a passive Pushgateway outside the cell': {
    text: cells([`pushgateway: { active: mon-a, passive: §mon-c, failover: ${vip} }`], []),
    summary: /passive of pushgateway names the host "mon-c", which cell "eu" does not have/,
  },
  'a Pushgateway without a passive one': {
    text: cell(`pushgateway: §{ active: mon-a, failover: ${vip} }`),
    summary: /pushgateway of cell "eu" does not say which host is passive/,
  },
  'a single Pushgateway': {
    text: cell(`pushgateway: { §hosts: [mon-a], failover: ${vip} }`),
    summary: /"hosts"/,
    remedy: /A single Pushgateway is not supported/,
  },
  'a Pushgateway without failover': {
    text: cell('pushgateway: §{ active: mon-a, passive: mon-b }'),
    summary: /has no failover/,
    remedy: /vip: ADDRESS\/PREFIX/,
  },
  'both Pushgateways on one host': {
    text: cell(`pushgateway: { active: mon-a, passive: §mon-a, failover: ${vip} }`),
    summary:
      /^the active Pushgateway and the passive Pushgateway of cell "eu" are both on host "mon-a", so they would/,
    remedy: /^Put them on different hosts\.$/,
  },
  'both Pushgateways at one address': {
    text: cell(`pushgateway: { active: mon-a, passive: §mon-b, failover: ${vip} }`)
      .replace('address: 198.18.0.12', 'address: 198.18.0.11, ssh: { port: 2222 }')
      .replace('{ replicas: { a: mon-a, b: mon-b }', '{ replicas: { a: mon-a, b: mon-c }'),
    summary: /are on hosts with the same address, "mon-a" and "mon-b"/,
  },
  'both Pushgateways on one host, although allowed': {
    text: cell(
      'allow_shared_host: true',
      `§pushgateway: { active: mon-a, passive: mon-a, failover: ${vip} }`,
    ),
    summary: /both want port 9091 of host "mon-a"/,
  },
  'a failover that is an address': {
    text: pushgateway('§198.18.0.100/24'),
    summary: /^"failover" of cells\.eu\.pushgateway: expected a map, saw the text "198\.18\.0\.100\/24"$/,
    remedy: /\{ vip: ADDRESS\/PREFIX \}/,
  },
  'a way of failover whose letters are in another order': {
    text: pushgateway('{ §vpi: 198.18.0.100/24 }'),
    summary: /^unknown key "vpi" in cells\.eu\.pushgateway\.failover$/,
    remedy: /Did you mean "vip"\?/,
  },
  'a failover of the load balancer': {
    text: balancer(`§failover: ${vip}`),
    summary: /^unknown key "failover" in cells\.eu\.loadbalancer$/,
    remedy: /Write "vip: ADDRESS\/PREFIX" directly under loadbalancer/,
  },
  'a firewall that is true': {
    text: cell('firewall: §true'),
    summary: /^"firewall" of cells\.eu: expected a map, saw true$/,
    remedy: /\{ enabled: true \}/,
  },
  'a firewall that is false': {
    text: cell('firewall: §false'),
    summary: /^"firewall" of cells\.eu: expected a map, saw false$/,
    remedy: /\{ enabled: false \}/,
  },
  'two ways of failover': {
    text: pushgateway('{ vip: 198.18.0.100/24, §haproxy: { port: 9191 } }'),
    summary: /has both "vip" and "haproxy"/,
    remedy: /"defaults"/,
  },
  'a way of failover that is not supported yet': {
    text: pushgateway('{ §dns: { name: push.example.net } }'),
    summary: /^"dns" of cells\.eu\.pushgateway\.failover is not supported yet$/,
  },
  'no way of failover': {
    text: pushgateway('§{}'),
    summary: /does not say how/,
    remedy: /"haproxy: \{ port: 9191 \}"/,
  },
  'no way of failover of probers': {
    text: cell('blackbox: { hosts: [mon-a, mon-b], failover: §{} }'),
    summary: /does not say how/,
    remedy: /"haproxy: \{ port: 9215 \}"/,
  },
  'a path of Prometheus that HAProxy cannot be told': {
    text: balancer('vip: 198.18.0.101/24').replace(
      'alertmanagers: []',
      'alertmanagers: [], flags: { web.external-url: "http://x/y z", web.route-prefix: §/mon(1) }',
    ),
    summary: /^the flag "web\.route-prefix" of prometheus: .*HAProxy requests it, saw "\/mon\(1\)"$/,
    remedy: /Choose a path/,
  },
  'an address of Prometheus whose path HAProxy cannot be told': {
    text: balancer('vip: 198.18.0.101/24').replace(
      'alertmanagers: []',
      'alertmanagers: [], flags: { web.external-url: §"http://x/y z" }',
    ),
    summary: /^the flag "web\.external-url" of prometheus: .*HAProxy requests it, saw "\/y%20z"$/,
  },
  'a path of a Pushgateway that keepalived cannot be told': {
    text: pushgateway(vip, ', flags: { web.route-prefix: §"/a b" }'),
    summary: /^the flag "web\.route-prefix" of pushgateway: .*keepalived requests it, saw "\/a b"$/,
  },
  'a path of a prober that HAProxy cannot be told': {
    text: cell(
      'blackbox: { hosts: [mon-a, mon-b], failover: { haproxy: {} }, flags: { web.route-prefix: §/a;b } }',
    ),
    summary: /^the flag "web\.route-prefix" of blackbox: .*HAProxy requests it, saw "\/a;b"$/,
  },
  'a flag that promha sets': {
    text: pushgateway(vip, ', flags: { §persistence.file: /x }'),
    summary: /"persistence\.file" of pushgateway is set by promha/,
  },
  'a Pushgateway to which its address does not lead': {
    text: pushgateway(vip, ', listen: §198.18.0.11:9091'),
    summary: /listens on 198\.18\.0\.11:9091, which its address 198\.18\.0\.100 does not reach/,
    remedy: /0\.0\.0\.0:9091/,
  },

  'an address without a prefix': {
    text: pushgateway('{ vip: §198.18.0.100 }'),
    summary: /vip of pushgateway of cell "eu": expected ADDRESS\/PREFIX, saw the text "198\.18\.0\.100"/,
  },
  'a prefix that is too long': {
    text: pushgateway('{ vip: §198.18.0.100/33 }'),
    summary: /expected ADDRESS\/PREFIX/,
  },
  'an address of the other subnet': {
    text: pushgateway('{ vip: §198.18.1.100/24 }'),
    summary:
      /198\.18\.1\.100\/24 is not in the subnet of host "mon-[ab]", whose address is 198\.18\.0\.1[12]/,
  },
  'an address outside the subnet of one of them': {
    text: cell('loadbalancer: { hosts: [mon-a, far], vip: §198.18.0.101/24 }'),
    summary: /is not in the subnet of host "far", whose address is 198\.18\.9\.1/,
  },
  'an address of the other family': {
    text: pushgateway('{ vip: §"fd00::100/64" }'),
    summary: /is not in the subnet of host/,
  },
  'an address among hosts of which one has a name only': {
    text: cell('loadbalancer: { hosts: [mon-a, named], vip: §198.18.0.101/24 }'),
    summary: /host "named" has the name "named\.example\.net" as its address/,
  },
  'the address of a host': {
    text: pushgateway('{ vip: §198.18.0.13/24 }'),
    summary: /the address 198\.18\.0\.13 is that of host "mon-c"/,
  },
  'an address twice in a cell': {
    text: cell(
      `pushgateway: { active: mon-a, passive: mon-b, failover: ${vip} }`,
      'loadbalancer: { hosts: [mon-a, mon-b], vip: §198.18.0.100/24, port: 9080 }',
    ),
    summary:
      /loadbalancer of cell "eu": the address 198\.18\.0\.100 is that of pushgateway of cell "eu" already/,
  },
  'an address in two cells': {
    text: cells(
      ['loadbalancer: { hosts: [mon-a, mon-b], vip: 198.18.0.100/24 }'],
      ['loadbalancer: { hosts: [mon-c, mon-d], vip: §198.18.0.100/24 }'],
    ),
    summary: /of cell "us": the address 198\.18\.0\.100 is that of loadbalancer of cell "eu" already/,
  },
  'an address in another spelling': {
    text: `${head.replaceAll('198.18.0.', 'fd00::')}cells:
  eu:
    ${pair}
    pushgateway: { active: mon-a, passive: mon-b, failover: { vip: "fd00:0::100/64" } }
    loadbalancer: { hosts: [mon-a, mon-b], vip: §"fd00::0:100/64", port: 9080 }
`,
    summary: /is that of pushgateway of cell "eu" already/,
  },
  'the address of a host in another spelling': {
    text: `${head.replaceAll('198.18.0.', 'fd00::')}cells:
  eu:
    ${pair}
    loadbalancer: { hosts: [mon-a, mon-b], vip: §"fd00:0:0::0012/64", port: 9080 }
`,
    summary: /is that of host "mon-b"/,
  },
  "the subnet's own address": {
    text: pushgateway('{ vip: §198.18.0.0/24 }'),
    summary: /"198\.18\.0\.0" is the address of the subnet itself/,
  },
  'the broadcast address': { text: pushgateway('{ vip: §198.18.0.255/24 }'), summary: /broadcast/ },
  'a router id out of range': {
    text: pushgateway('{ vip: 198.18.0.100/24, vrid: §256 }'),
    summary: /vrid: expected a whole number from 1 to 255, saw the number 256/,
  },
  'a router id that is no whole number': {
    text: pushgateway('{ vip: 198.18.0.100/24, vrid: §5.5 }'),
    summary: /vrid: expected a whole number/,
  },
  'a router id twice on one subnet': {
    text: cells(
      ['loadbalancer: { hosts: [mon-a, mon-b], vip: 198.18.0.100/24, vrid: 51 }'],
      ['loadbalancer: { hosts: [mon-c, mon-d], vip: 198.18.0.101/24, vrid: §51 }'],
    ),
    summary: /vrid of loadbalancer of cell "us": 51 is that of loadbalancer of cell "eu" already/,
  },
  'an odd interface': {
    text: pushgateway('{ vip: 198.18.0.100/24, interface: §"eth 0" }'),
    summary: /interface: expected the name of a network interface, saw the text "eth 0"/,
  },
  'an interface without an address': {
    text: pushgateway('{ haproxy: { port: 9191 }, §interface: eth0 }'),
    summary: /can be used with "vip" only/,
  },
  'a port of HAProxy out of range': {
    text: pushgateway('{ haproxy: { port: §70000 } }'),
    summary: /failover\.haproxy of pushgateway of cell "eu": expected a whole number from 1 to 65535/,
  },
  "HAProxy on the Pushgateway's own port": {
    text: pushgateway('{ haproxy: { port: §9091 } }'),
    summary: /Pushgateway and HAProxy for the pushgateway both want port 9091 of host "mon-[ab]"/,
  },
  'a wrong address, and not the port that its exporter has without one': {
    text: cell('exporters: { postgres: {}, pg2: { use: postgres, listen: §"a:9189" } }'),
    summary: /^"listen": expected ADDRESS:PORT with an IP address, saw the text "a:9189"$/,
  },
  'a wrong address, and not the ports where its exporter takes what is pushed': {
    text: cell('exporters: { statsd: {}, other: { use: statsd, listen: §"a:9189" } }'),
    summary: /^"listen": expected ADDRESS:PORT/,
  },
  'a number as an address, and not the port that its exporter has without one': {
    text: cell('exporters: { postgres: {}, pg2: { use: postgres, listen: §9189 } }'),
    summary: /^"listen" of cells\.eu\.exporters\.pg2: expected /,
  },
  'another program on the port of a Pushgateway': {
    text: cell(
      'exporters: { node: { hosts: [mon-a] } }',
      `pushgateway: { active: mon-a, passive: mon-b, failover: ${vip}, listen: §0.0.0.0:9100 }`,
    ),
    summary: /node_exporter and the active Pushgateway both want port 9100 of host "mon-a"/,
  },
  'HAProxy on a port of its own': {
    text: pushgateway('{ haproxy: { port: §8406 } }'),
    summary: /HAProxy for the pushgateway and HAProxy's peers both want port 8406 of host "mon-[ab]"/,
  },
  'HAProxy on the port of an Alertmanager': {
    text: cell(
      'alertmanager: { hosts: [mon-a], config: { route: { receiver: x }, receivers: [{ name: x }] } }',
      'blackbox: { hosts: [mon-b, mon-a], failover: { haproxy: { port: §9093 } } }',
    ),
    summary: /Alertmanager and HAProxy for the blackbox both want port 9093 of host "mon-a"/,
  },
  "another program on the port of HAProxy's status": {
    text: cell(
      'exporters: { node: { hosts: [mon-a], listen: 0.0.0.0:8405 } }',
      '§loadbalancer: { hosts: [mon-a, mon-b], vip: 198.18.0.101/24 }',
    ),
    summary: /node_exporter and HAProxy's status both want port 8405/,
  },

  'probers without failover': {
    text: cell('blackbox: §{ hosts: [mon-a, mon-b] }'),
    summary: /blackbox of cell "eu" has no failover/,
  },
  'no probers': { text: cell('blackbox: { §hosts: [] }'), summary: /blackbox of cell "eu" has no hosts/ },
  'probers on one address': {
    text: cell(`blackbox: { hosts: [mon-a, §mon-b], failover: ${vip} }`)
      .replace('address: 198.18.0.12', 'address: 198.18.0.11, ssh: { port: 2222 }')
      .replace('b: mon-b }', 'b: mon-c }'),
    summary: /the blackbox exporter on "mon-a" and the blackbox exporter on "mon-b"/,
  },
  'a prober twice': {
    text: cell(`blackbox: { hosts: [mon-a, mon-b, §mon-a], failover: ${vip} }`),
    summary: /blackbox of cell "eu" names "mon-a" twice/,
  },
  'a probe with a module of a file that lacks it': {
    text: cell(
      'blackbox:',
      '  hosts: [mon-a]',
      '  modules: blackbox.yml',
      '  probes: [{ module: §icmp, targets: [x] }]',
    ),
    files: { 'blackbox.yml': 'modules:\n  http_2xx: { prober: http }\n' },
    summary: /names the module "icmp"/,
  },
  'a module that is no map': {
    text: cell('blackbox: { hosts: [mon-a], modules: { http_2xx: §http } }'),
    summary: /the module "http_2xx" of blackbox: expected a map, saw a text/,
  },
  'a module that is no map, in a whole config': {
    text: cell('blackbox: { hosts: [mon-a], modules: { modules: { http_2xx: §http } } }'),
    summary: /the module "http_2xx" of blackbox: expected a map, saw a text/,
  },
  'modules whose file is no YAML': {
    text: cell('blackbox: { hosts: [mon-a], modules: blackbox.yml }'),
    files: { 'blackbox.yml': 'modules:\n  http_2xx: §]\n' },
    summary: /not valid YAML/,
  },
  'modules whose file is missing': {
    text: cell('blackbox: { hosts: [mon-a], modules: §blackbox.yml, probes: [{ module: x, targets: [y] }] }'),
    summary: /blackbox\.yml" does not exist/,
  },

  'a load balancer without an address': {
    text: cell('loadbalancer: §{ hosts: [mon-a, mon-b] }'),
    summary: /loadbalancer of cell "eu" has no address/,
  },
  'a load balancer without hosts': {
    text: cell('loadbalancer: §{ vip: 198.18.0.101/24 }'),
    summary: /loadbalancer of cell "eu" has no hosts/,
  },
  'a load balancer without Prometheus': {
    text: cell('loadbalancer: { hosts: [mon-a, mon-b], vip: 198.18.0.101/24 }')
      .replace(pair, 'exporters: { node: {} }')
      .replace('loadbalancer', '§loadbalancer'),
    summary: /cell "eu" has "loadbalancer" but no Prometheus/,
  },
  'a load balancer on a port of another program': {
    text: cell(
      'exporters: { node: {} }',
      'loadbalancer: { hosts: [mon-a, mon-b], vip: 198.18.0.101/24, port: §9100 }',
    ),
    summary: /node_exporter and HAProxy for the loadbalancer both want port 9100/,
  },
  'a Prometheus that listens on the address that moves': {
    text: cell('§loadbalancer: { hosts: [mon-a, mon-b], vip: 198.18.0.101/24 }').replace(
      'alertmanagers: []',
      'alertmanagers: [], listen: 198.18.0.101:9090',
    ),
    summary: /Prometheus "[ab]" and HAProxy for the loadbalancer both want port 9090/,
  },
  'a port of the load balancer that is none': {
    text: balancer('vip: 198.18.0.101/24, port: §0'),
    summary: /port of loadbalancer of cell "eu": expected a whole number/,
  },

  'HAProxy on a host that has a name as its address': {
    text: cell('§pushgateway: { active: mon-a, passive: named, failover: { haproxy: {} } }'),
    summary:
      /^HAProxy for the pushgateway of cell "eu" needs IP addresses, and host "named" has the name "named.example.net"/,
    remedy: /Give host "named" an IP address; the name can stay under its "ssh: host:"/,
  },
  'HAProxy that leads to a name': {
    text: cell('§blackbox: { hosts: [mon-a, named], failover: { haproxy: {} } }'),
    summary: /^HAProxy for the blackbox of cell "eu" needs IP addresses, and host "named"/,
  },
  'a load balancer that leads to a name': {
    text: cell('§loadbalancer: { hosts: [mon-a, mon-c], vip: 198.18.0.101/24 }').replace(
      'b: mon-b',
      'b: named',
    ),
    summary: /^HAProxy for the loadbalancer of cell "eu" needs IP addresses, and host "named"/,
  },
  'federation from an unknown cell': {
    text: cells(['federation: { from: [§uss], match: ["{a=~\\".+\\"}"] }'], []),
    summary: /federation of cell "eu" names "uss", which is not a cell/,
    remedy: /Did you mean "us"\?/,
  },
  'federation from itself': {
    text: cells(['federation: { from: [§eu], match: [up] }'], []),
    summary: /names the cell itself/,
  },
  'federation from a cell twice': {
    text: cells(['federation: { from: [us, §us], match: [up] }'], []),
    summary: /names "us" twice/,
  },
  'a loop of two cells': {
    text: cells(['federation: { from: [us], match: [up] }'], ['federation: { from: [§eu], match: [up] }']),
    summary: /^federation forms a loop: "eu" collects from "us" collects from "eu"$/,
  },
  'a loop of three cells': {
    text: `${cells(['federation: { from: [us], match: [up] }'], ['federation: { from: [ap], match: [up] }'])}  ap:
    hosts: [far, named]
    ${pair.replace('mon-a', 'far').replace('mon-b', 'named')}
    federation: { from: [§eu], match: [up] }
`,
    summary: /^federation forms a loop: "eu" collects from "us" collects from "ap" collects from "eu"$/,
  },
  'a loop that defaults make': {
    text: `${cells([], [])}`.replace(
      'cells:',
      'defaults: { federation: { from: [§eu], match: [up] } }\ncells:',
    ),
    summary: /names the cell itself/,
  },
  'federation from a cell without replicas': {
    text: cells(['federation: { from: [§us], match: [up] }'], []).replace(
      pair.replace('mon-a', 'mon-c').replace('mon-b', 'mon-d'),
      'exporters: { node: {} }',
    ),
    summary: /names "us", which has no replicas to collect from/,
  },
  'federation of what is not a selector': {
    text: cells(
      [`federation: { from: [us], match: [up, §'{job="node"', §'sum(up)', §'{job=~"("}', §'{}'] }`],
      [],
    ),
    summary:
      /^a selector under "match" of federation of cell "eu" (is not a selector|has an invalid regular|would select every)/,
    remedy: /up\{job="node"\}/,
  },
  'federation of an empty selector': {
    text: cells(["federation: { from: [us], match: [§''] }"], []),
    summary: /^a selector under "match" of federation of cell "eu" is empty$/,
  },
  'federation of nothing': {
    text: cells(['federation: §{ from: [us] }'], []),
    summary: /has nothing under "match"/,
  },
  'federation from nobody': {
    text: cells(['federation: { §from: [], match: [up] }'], []),
    summary: /has nothing under "from"/,
  },
  "a job of federation's name": {
    text: cells(['federation: { from: [us], match: [up] }'], []).replace(
      'alertmanagers: []',
      'alertmanagers: [], scrape_configs: [{ job_name: §federate }]',
    ),
    summary: /the job "federate" is one that promha generates/,
  },
  'a job of the name of a second probe': {
    text: probes('{ module: http_2xx, targets: [x] }').replace(
      'alertmanagers: []',
      'alertmanagers: [], targets: { §blackbox-2: [] }',
    ),
    summary: /the job "blackbox-2" in targets is one that promha generates/,
  },

  'jobs of the names of those who stand in for each other': {
    text: probes('{ module: http_2xx, targets: [x] }').replace(
      'alertmanagers: []',
      'alertmanagers: [], targets: { §blackbox-hosts: [] }',
    ),
    summary: /the job "blackbox-hosts" in targets is one that promha generates/,
  },

  'a firewall that does not say whether it is on': {
    text: cell('firewall: §{}'),
    summary: /"enabled" of cells\.eu\.firewall: expected true or false, saw nothing/,
  },
  'a firewall that would have to know a name': {
    text: cell('firewall: { enabled: §true }').replace('b: mon-b }', 'b: named }'),
    summary: /the firewall of cell "eu" needs IP addresses, and host "named" has the name/,
  },
  'a firewall that would close exporters to everybody': {
    text: cell('exporters: { node: {} }', 'firewall: { enabled: §true }').replace(`    ${pair}\n`, ''),
    summary:
      /^the firewall of cell "eu" would close port 9100 of node_exporter to every host: the cell has no Pro/,
    remedy: /^Add "prometheus:" to the cell, or remove the firewall\.$/,
  },
  'a firewall that would close probers to everybody': {
    text: cell('blackbox: { hosts: [mon-a] }', 'firewall: { enabled: §true }').replace(`    ${pair}\n`, ''),
    summary: /would close port 9115 of the blackbox exporter to every host: the cell has no Prometheus/,
  },
  'two firewalls on one host': {
    text: `${hosts}cells:
  eu: { hosts: [mon-a, mon-c], ${alertmanagers.replace('mon-b', 'mon-c')}, firewall: { enabled: true } }
  us:
    hosts: [mon-a, mon-b]
    pushgateway: { active: mon-a, passive: mon-b, failover: { haproxy: {} } }
    §firewall: { enabled: true }
`,
    summary: /host "mon-a" would run firewall for two cells, "eu" and "us"/,
  },
}

describe('errors around the pair', () => {
  for (const [name, each] of Object.entries(errors)) it(name, () => tells(each))
})

describe('readInventory around the pair', () => {
  it('tells all at once, also beside a key that is missing', async () => {
    const { problems } = await read(
      cell('firewall: { enable: true }', 'loadbalancer: { hosts: [mon-a, nobody], vip: 198.18.0.255/24 }'),
    )
    assert.deepEqual(
      problems.map(({ summary }) => summary),
      [
        'unknown key "enable" in cells.eu.firewall',
        'loadbalancer of cell "eu" names "nobody", which is neither a host nor a group',
        'vip of loadbalancer of cell "eu": "198.18.0.255" is the subnet\'s broadcast address',
      ],
    )
  })

  it('fills in the defaults', async () => {
    const { inventory, problems } = await read(
      cells(
        [
          'pushgateway: { active: mon-b, passive: mon-a, failover: { haproxy: {} } }',
          'blackbox: { hosts: [mon-b, mon-a], failover: { vip: 198.18.0.102/24 } }',
          'loadbalancer: { hosts: [mon-a, mon-b], vip: 198.18.0.101/24, interface: eth0, vrid: 7 }',
          'federation: { from: [us], match: ["{job=\\"x\\"}"] }',
          'firewall: { enabled: true }',
        ],
        ['firewall: { enabled: false }'],
      ),
    )
    assert.deepEqual(
      problems.filter(({ summary }) => !/is in no cell/.test(summary)),
      [],
    )
    const [eu, us] = inventory?.cells ?? []
    assert.deepEqual(eu?.pushgateway, {
      active: 'mon-b',
      passive: 'mon-a',
      failover: { kind: 'haproxy', port: 9191 },
      listen: { address: '0.0.0.0', port: 9091 },
      flags: {},
    })
    assert.deepEqual(eu?.blackbox, {
      hosts: ['mon-b', 'mon-a'],
      failover: { kind: 'vip', address: '198.18.0.102', prefix: 24 },
      listen: { address: '0.0.0.0', port: 9115 },
      modules: {},
      probes: [],
      flags: {},
    })
    const { source, ...loadbalancer } = eu?.loadbalancer ?? assert.fail()
    assert.equal(source?.line, 15)
    assert.deepEqual(loadbalancer, {
      hosts: ['mon-a', 'mon-b'],
      vip: { address: '198.18.0.101', prefix: 24, interface: 'eth0', vrid: 7 },
      port: 9090,
    })
    assert.deepEqual(eu?.federation, { from: ['us'], match: ['{job="x"}'] })
    assert.equal(eu?.firewall, true)
    assert.equal(us?.firewall, undefined)
  })

  it('takes modules from a file with or without its top key, and masks what is secret in them', async () => {
    const module = '{ prober: http, http: { basic_auth: { username: u, password: hunter2 } } }'
    const whole = `modules:\n  http_2xx: ${module}\n`
    for (const text of [whole, `http_2xx: ${module}\n`]) {
      const { inventory } = await read(
        probes('{ module: http_2xx, targets: [x] }').replace(/modules: .*/, 'modules: blackbox.yml'),
        { 'blackbox.yml': text },
      )
      assert.deepEqual(Object.keys(inventory?.cells[0]?.blackbox?.modules ?? {}), ['http_2xx'])
      assert.deepEqual(inventory?.secrets, ['hunter2'])
    }
  })

  it('takes modules inline with their top key too, and a module of that name for one', async () => {
    for (const [modules, names] of [
      ['{ modules: { http_2xx: { prober: http }, icmp: { prober: icmp } } }', ['http_2xx', 'icmp']],
      ['{ modules: { prober: http }, http_2xx: { prober: http } }', ['modules', 'http_2xx']],
    ] as const) {
      const { inventory } = await read(
        probes('{ module: http_2xx, targets: [x] }').replace(/modules: .*/, `modules: ${modules}`),
      )
      assert.deepEqual(Object.keys(inventory?.cells[0]?.blackbox?.modules ?? {}), names)
    }
    const { inventory } = await read(
      cell('blackbox: { hosts: [mon-a], modules: { modules: { prober: http } } }'),
    )
    assert.deepEqual(Object.keys(inventory?.cells[0]?.blackbox?.modules ?? {}), ['modules'])
  })

  it('minds no path of what nobody asks by a config of words', async () => {
    const { inventory } = await read(
      cell().replace('alertmanagers: []', 'alertmanagers: [], flags: { web.route-prefix: "/mon(1)" }'),
    )
    assert.ok(inventory)
  })

  it('lets a cell have what it wrote itself where promha writes nothing', async () => {
    const { inventory } = await read(
      cell().replace(
        'alertmanagers: []',
        'alertmanagers: [], targets: { pushgateway: [] }, scrape_configs: [{ job_name: federate }, { job_name: blackbox }]',
      ),
    )
    assert.equal(inventory?.cells[0]?.prometheus?.scrapeConfigs.length, 2)
  })

  it('lets cells that never meet have router ids of one number', async () => {
    const text = cells(
      ['loadbalancer: { hosts: [mon-a, mon-b], vip: 198.18.0.100/24, vrid: 51 }'],
      ['loadbalancer: { hosts: [mon-c, mon-d], vip: 198.18.1.100/24, vrid: 51 }'],
    )
    const { inventory } = await read(text.replace(/198\.18\.0\.1([34])/g, '198.18.1.1$1'))
    assert.equal(inventory?.cells.length, 2)
  })

  it('warns of what federation would bring twice: by two ways, or to a sink of both cells', async () => {
    const sink = (rules = '') =>
      `alertmanagers: [], remote_write: [{ url: "http://sink.example.net/write"${rules} }], external_labels: `
    const site = (eu: string, us: string, ap: string, rules = '') =>
      `${cells(['federation: { from: [us, ap], match: [up] }'], ['federation: { from: [ap], match: [up] }'])}  ap:
    hosts: [far, named]
    ${pair.replace('mon-a', 'far').replace('mon-b', 'named')}
`
        .replace('alertmanagers: []', `${sink(rules)}${eu}`)
        .replace('alertmanagers: [] ', `alertmanagers: [], external_labels: ${us} `)
        .replace('alertmanagers: [] ', `${sink()}${ap} `)
    const told = async (text: string) => (await read(text)).problems.map(({ summary }) => summary)
    const twice =
      'cell "eu" collects the series of cell "ap" from "ap" through "us" and from "ap", with different labels, so it stores them twice'
    const both =
      'cells "eu" and "ap" both write to http://sink.example.net/write, which receives the series of "ap" twice'
    assert.deepEqual(await told(site('{ r: eu }', '{ r: us }', '{ r: ap }')), [both])
    assert.deepEqual(await told(site('{ r: eu }', '{ r: us }', '{}')), [twice, both])
    const rules = ', write_relabel_configs: [{ source_labels: [cell], regex: ap, action: drop }]'
    assert.deepEqual(await told(site('{}', '{}', '{}', rules)), [])
    const own = site('{ r: eu }', '{ r: us }', '{}')
    for (const match of [`'up{cell=""}'`, `'{cell=~"|us",job="x"}', '{"cell"="", job="y"}'`])
      assert.deepEqual(await told(own.replace('match: [up]', `match: [${match}]`)), [both])
    for (const match of [`'up{cell=""}', up`, `'up{cell!="us"}'`, `'up{job=""}'`])
      assert.deepEqual(await told(own.replace('match: [up]', `match: [${match}]`)), [twice, both])
  })

  it('lets a rule speak for those only whom it drops', async () => {
    const site = (rule: string) =>
      cells(['federation: { from: [us], match: [up] }'], []).replaceAll(
        'alertmanagers: []',
        `alertmanagers: [], remote_write: [{ url: "http://sink.example.net/write", write_relabel_configs: [{ ${rule} }] }]`,
      )
    const warned = async (rule: string) =>
      (await read(site(rule))).problems.some(({ summary }) => /both write to/.test(summary))
    const dropping = [
      'source_labels: [cell], regex: us, action: drop',
      'source_labels: [cell], regex: "(us|ap)", action: drop',
      'source_labels: [cell], regex: eu, action: keep',
      'source_labels: [cell], action: drop',
      'source_labels: [cell, job], regex: "us;.*", action: drop',
    ]
    for (const rule of dropping) assert.equal(await warned(rule), false, rule)
    const other = [
      'source_labels: [cell], regex: ap, action: drop',
      'source_labels: [cell], regex: u, action: drop',
      'source_labels: [cell], regex: us, action: keep',
      'source_labels: [cell], target_label: of',
      'source_labels: [job], regex: us, action: drop',
    ]
    for (const rule of other) assert.equal(await warned(rule), true, rule)
  })

  it('warns of a firewall that has nothing to close', async () => {
    const told = async (...lines: readonly string[]) =>
      (await read(cell('firewall: { enabled: true }', ...lines))).problems
        .map(({ summary }) => summary)
        .filter(summary => /firewall/.test(summary))
    const nothing = 'the firewall of cell "eu" has nothing to close'
    assert.deepEqual(await told(), [nothing])
    const gateways = 'pushgateway: { active: mon-a, passive: mon-b, failover: '
    assert.deepEqual(await told(`${gateways}${vip} }`), [nothing])
    assert.deepEqual(await told(`${gateways}{ haproxy: {} } }`), [])
    assert.deepEqual(await told(alertmanagers), [])
    assert.deepEqual(await told('exporters: { node: {} }'), [])
  })

  it('refuses to collect what bears the replica label of another cell, with the name of one of its replicas', async () => {
    const site = (us: string, ap: string, from: string) =>
      `${cells([`federation: { from: ${from}, match: [up] }`], ['federation: { from: [ap], match: [up] }'])}  ap:
    hosts: [far, named]
    ${pair.replace('mon-a', 'far').replace('mon-b', 'named')}
`
        .replace('alertmanagers: [] ', 'alertmanagers: [], external_labels: { replica: b } ')
        .replace('alertmanagers: [] ', `alertmanagers: [], replica_label: ${us} `)
        .replace('alertmanagers: [] ', `alertmanagers: [], external_labels: ${ap} `)
    const told = async (text: string) => {
      const { problems, inventory } = await read(text)
      const found = problems.filter(({ summary }) => / because a replica of .* has that name$/.test(summary))
      assert.equal(inventory === undefined, found.length > 0)
      for (const { source, severity } of found) assert.deepEqual([severity, source?.line], ['error', 13])
      return found.map(({ summary }) => summary)
    }
    const refused = [
      'cell "eu" would drop replica="a" from the series of cell "ap" because a replica of cell "us" has that name',
    ]
    assert.deepEqual(await told(site('replica', '{ replica: a }', '[us, ap]')), refused)
    assert.deepEqual(await told(site('replica', '{ replica: a }', '[us]')), refused)
    assert.deepEqual(await told(site('replica', '{ replica: a }', '[ap]')), [])
    assert.deepEqual(await told(site('replica', '{ replica: primary }', '[us, ap]')), [])
    assert.deepEqual(await told(site('other', '{ replica: a }', '[us, ap]')), [])
  })

  it('warns of one prober', async () => {
    const one = await read(probes('{ module: http_2xx, targets: [x] }'))
    assert.deepEqual(
      one.problems.map(({ summary }) => summary).filter(summary => !/is in no cell/.test(summary)),
      ['cell "eu" has one blackbox exporter only, so nothing takes over when it fails'],
    )
  })

  it('warns of a prober that it does not know, and suggests one', async () => {
    const { problems } = await read(cell('blackbox: { hosts: [mon-a], modules: { web: { prober: htp } } }'))
    const found = problems.find(({ summary }) =>
      /the module "web" of blackbox has the prober "htp"/.test(summary),
    )
    assert.equal(found?.severity, 'warning')
    assert.match(found?.remedy ?? '', /http/)
  })

  it('shares a port between the load balancer and Prometheus without an error', async () => {
    for (const port of ['', ', port: 9090', ', port: 9080']) {
      const { inventory, problems } = await read(balancer(`vip: 198.18.0.101/24${port}`))
      assert.ok(inventory, problems.map(({ summary }) => summary).join('\n'))
    }
  })
})
