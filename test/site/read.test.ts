// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the inventory's own references look so
import { type Case, tells } from '../inventory/cases.ts'
import { alertmanager, head, prometheus } from '../inventory/harness.ts'

const pair = `cells:
  eu:
    prometheus: { replicas: { a: mon-a, b: mon-b }, alertmanagers: [] }
`
const whole = head + pair

const errors: Readonly<Record<string, Case>> = {
  'an unknown key at the top': {
    text: `${whole}§host: {}\n`,
    summary: /^unknown key "host" in the inventory$/,
    remedy: /Did you mean "hosts"\?/,
  },
  'an unknown key inside': {
    text: prometheus('§rule_file: []'),
    summary: /^unknown key "rule_file" in cells\.eu\.prometheus$/,
    remedy: /"rule_files"/,
  },
  'an unknown key of upstream that is near to one of promha': {
    text: prometheus('§remote_writes: [{ url: "http://x" }]'),
    summary: /^unknown key "remote_writes" in cells\.eu\.prometheus$/,
    remedy: /Did you mean "remote_write"\?/,
  },
  'the beginning of a key': {
    text: prometheus('§scrape: [{ job_name: x }]'),
    summary: /^unknown key "scrape" in cells\.eu\.prometheus$/,
    remedy: /Did you mean "scrape_configs"\?/,
  },
  'an unknown key of Prometheus that is neither a map nor a list': {
    text: prometheus('§scrape_native: true'),
    summary: /^unknown key "scrape_native" in cells\.eu\.prometheus$/,
    remedy: /The known keys are replicas, /,
  },
  "a key of the inventory in another place's map": {
    text: prometheus('§hosts: [mon-a]'),
    summary: /^unknown key "hosts" in cells\.eu\.prometheus$/,
  },
  'an unknown key of Prometheus in the defaults': {
    text: `${whole}defaults: { prometheus: { §rule_filse: [] } }\n`,
    summary: /^unknown key "rule_filse" in defaults\.prometheus$/,
    remedy: /"rule_files"/,
  },
  'alerting, which is computed': {
    text: prometheus('§alerting: { alertmanagers: [] }'),
    summary: /^unknown key "alerting" in cells\.eu\.prometheus$/,
    remedy: /under "alertmanagers", and relabel under "alert_relabel_configs"\.$/,
  },
  'an unknown key that is near to none': {
    text: `${head}ssh: { §zzz: 1 }\n${pair}`,
    summary: /unknown key "zzz" in ssh/,
    remedy: /The known keys are user, port/,
  },
  'an unknown key in a map that may be something else': {
    text: `${head}ssh: { sudo: { §passwort: x } }\n${pair}`,
    summary: /unknown key "passwort" in ssh\.sudo/,
    remedy: /"password"/,
  },
  'a key that is not supported yet': {
    text: `${whole}    pushgateway: { active: mon-a, passive: mon-b, failover: { §dns: {} } }\n`,
    summary: /^"dns" of cells\.eu\.pushgateway\.failover is not supported yet$/,
  },
  'a version of what is not supported yet': {
    text: `${whole}versions: { §loki: "3.2.1" }\n`,
    summary: /^versions: promha installs no component called "loki"$/,
  },
  'a list that is a text': {
    text: prometheus('rule_files: §rules/a.yml'),
    summary: /^"rule_files" of cells\.eu\.prometheus: expected a list, saw the text "rules\/a\.yml"$/,
    remedy: /brackets/,
  },
  'a loss that is not known, on a host': {
    text: whole.replace(
      '{ address: 198.18.0.11',
      '{ adopt: { accept: [retention, §data-path] }, address: 198.18.0.11',
    ),
    summary: /^adopt\.accept: expected web_config, data_path, retention, saw "data-path"$/,
    remedy: /Did you mean "data_path"/,
  },
  'a loss that is not known, in a cell': {
    text: `${whole}    adopt: { accept: [§everything] }\n`,
    summary: /^adopt\.accept: expected web_config, data_path, retention, saw "everything"$/,
    remedy: /^Write one of web_config/,
  },
  'losses without their key': {
    text: `${whole}    adopt: §[data_path]\n`,
    summary: /^"adopt" of cells\.eu: expected a map, saw a list$/,
    remedy: /\{ accept: \[data_path\] \}/,
  },
  'a map that is a list': {
    text: `promha: 1\nhosts: §[a, b]\n${pair}`,
    summary: /"hosts" of the inventory: expected a map, saw a list/,
  },
  'a list or a path that is a number': {
    text: prometheus('scrape_configs: §5'),
    summary: /expected a text or a list, saw the number 5/,
  },
  'an item of the wrong type': {
    text: `${head}groups: { g: [mon-a, §5] }\n${pair}`,
    summary: /each item of groups\.g: expected a text, saw the number 5/,
    remedy: /quotes: "5"/,
  },
  'a number in quotes': {
    text: `${head}ssh: { port: §"22" }\n${pair}`,
    summary: /"port" of ssh: expected a number, saw the text "22"/,
    remedy: /Remove the quotes/,
  },
  'a version without quotes': {
    text: `${whole}versions: { prometheus: §3.10 }\n`,
    summary: /"prometheus" of versions: expected a text, saw the number 3\.10/,
    remedy: /^Put it in quotes: "3\.10"\.$/,
  },
  'a port alone to listen on': {
    text: prometheus('listen: §9090'),
    summary: /"listen" of cells\.eu\.prometheus: expected a text/,
    remedy: /^Write "self:9090" for each host's own address, or ADDRESS:PORT\.$/,
  },
  'standard rules turned on': {
    text: prometheus('standard_rules: §true'),
    summary: /"standard_rules" of cells\.eu\.prometheus: expected a text or a list, saw true/,
    remedy: /^Write "all", or a list of .*node/,
  },
  'an interval without a unit': {
    text: `${whole}    blackbox: { hosts: [mon-a], modules: { x: {} }, probes: [{ module: x, targets: [x], interval: §15 }] }\n`,
    summary: /"interval" of .*: expected a text, saw the number 15/,
    remedy: /^Write a duration: "15s"\.$/,
  },
  'a template that is a switch': {
    text: prometheus('rule_files: [§true]'),
    summary: /each item of .*rule_files: expected a text, saw true/,
    remedy: /^$/,
  },
  'a version of two numbers': {
    text: `${whole}versions: { prometheus: §"3.10" }\n`,
    summary: /needs three numbers/,
  },
  'a version with a v': { text: `${whole}versions: { prometheus: §v3.10.0 }\n`, summary: /begins with "v"/ },
  'a component with nothing after it': {
    text: `${head}cells:\n  eu:\n    §prometheus:\n`,
    summary: /expected a map, saw nothing/,
    remedy: /^Give it a value, or remove it\.$/,
  },
  'a cell whose pushgateway has nothing after it': {
    text: `${whole}    §pushgateway:\n`,
    summary: /expected a map, saw nothing/,
    remedy: /^Give it a value, or remove it\.$/,
  },
  'a cell whose blackbox has nothing after it': {
    text: `${whole}    §blackbox:\n`,
    summary: /expected a map, saw nothing/,
    remedy: /^Give it a value, or remove it\.$/,
  },
  'a cell whose loadbalancer has nothing after it': {
    text: `${whole}    §loadbalancer:\n`,
    summary: /expected a map, saw nothing/,
    remedy: /^Give it a value, or remove it\.$/,
  },
  'a cell whose federation has nothing after it': {
    text: `${whole}    §federation:\n`,
    summary: /expected a map, saw nothing/,
    remedy: /^Give it a value, or remove it\.$/,
  },
  'a cell whose firewall has nothing after it': {
    text: `${whole}    §firewall:\n`,
    summary: /expected a map, saw nothing/,
    remedy: /^Give it a value, or remove it\.$/,
  },
  'a cell whose alertmanager has nothing after it': {
    text: `${whole}    §alertmanager:\n`,
    summary: /expected a map, saw nothing/,
    remedy: /^Give it a value, or remove it\.$/,
  },
  'an exporter with nothing after it': {
    text: `${whole}    exporters: { §node: }\n`,
    summary: /"node" of cells\.eu\.exporters: expected a map, saw nothing/,
    remedy: /^Write \{\} for the defaults, or leave the key out\.$/,
  },
  'a label with nothing after it': {
    text: prometheus('external_labels: { §region: }'),
    summary: /expected a text or a number or true or false, saw nothing/,
    remedy: /^Give it a value, or remove it\.$/,
  },
  'one component under both its names': {
    text: `${whole}versions: { node_exporter: 1.12.1, §node: 1.12.1 }\n`,
    summary: /^versions names node_exporter twice$/,
    remedy: /^Remove one of the two\.$/,
  },
  'a version of what is misspelt': {
    text: `${whole}versions: { §nod: 1.12.1 }\n`,
    summary: /^versions: promha installs no component called "nod"$/,
    remedy: /^Did you mean "node"\?$/,
  },
  'another format': {
    text: whole.replace('promha: 1', 'promha: §2'),
    summary: /^promha: expected 1, saw the number 2$/,
  },
  'no format': { text: `§${whole.replace('promha: 1\n', '')}`, summary: /does not say its format/ },
  'invalid YAML': { text: `${head}groups: { g: §[mon-a }\n`, summary: /not valid YAML: "\[" is not closed/ },
  'a tab': { text: `promha: 1\nhosts:\n§\tmon-a: 1\n`, summary: /tab/ },
  'a tab below a list': {
    text: prometheus('scrape_configs: jobs.yml'),
    files: { 'jobs.yml': '- job_name: a\n§\tscheme: http\n' },
    summary: /saw a tab/,
  },
  'an open bracket above a tab': {
    text: prometheus('scrape_configs: jobs.yml'),
    files: { 'jobs.yml': '- job_name: a\n  params: §{ a: [b],\n\t' },
    summary: /"\{" is not closed/,
  },
  'a second document': { text: `${whole}§---\npromha: 1\n`, summary: /saw a second one/ },
  'an unknown tag': { text: `${whole}groups: { a: [§!vault mon-a] }\n`, summary: /!vault/ },
  'a switch in the words of YAML 1.1': {
    text: `${head}ssh: { sudo: §no }\n${pair}    allow_shared_host: §yes\n    firewall: { enabled: §"on" }\n`,
    summary: /: expected true or false( or a map)?, saw the text "(no|yes|on)"$/,
    remedy: /^Write true or false, without quotes\.$/,
  },
  'a map in the words of YAML 1.1': {
    text: `${whole}    firewall: §off\n`,
    summary: /expected a map, saw the text "off"/,
    remedy: /\{ enabled: false \}/,
  },
  'a path in the words of YAML 1.1': {
    text: whole.replace('{ address: 198.18.0.11', '{ ssh: { config: §no }, address: 198.18.0.11'),
    summary: /^ssh\.config: expected a path or false, saw the text "no"$/,
    remedy: /^Write false/,
  },
  'a required key that is misspelt, which is told once': {
    text: `${head}cells:
  eu:
    prometheus: { §replica: { a: mon-a, b: mon-b }, alertmanagers: [] }
    alertmanager: { §host: [mon-a], §conifg: {} }
    pushgateway: { §actve: mon-a, §pasive: mon-b, §failovre: {} }
`,
    summary: /^unknown key "/,
    remedy: /^Did you mean "(replicas|hosts|config|active|passive|failover)"\?$/,
  },
  'a value of bytes that are no text': {
    text: prometheus('external_labels: { a: !!binary §/w==, b: !!binary aGFsbG8= }'),
    summary: /^expected !!binary of a text in UTF-8, saw other bytes$/,
    remedy: /without this tag/,
  },
  'another key in a file of scrape jobs': {
    text: prometheus('scrape_config_files: [jobs.yml]'),
    files: { 'jobs.yml': 'scrape_configs: []\n§global: {}\n' },
    summary: /^unknown key "global" in a file of scrape_config_files$/,
    remedy: /"scrape_configs" only/,
  },
  'a reference without its name': {
    text: prometheus('remote_write: [{ url: "§${env:}" }, { url: "§${file: }" }, { url: "§${cmd:}" }]'),
    summary: /is empty$/,
    remedy: /^Write \$\{(env:NAME|file:PATH|cmd:COMMAND)\}\.$/,
  },
  'a part of a cell that is indented as the cell, which is told once': {
    text: `${head}cells:\n  eu:\n  §prometheus: { replicas: { a: mon-a } }\n  alertmanager: { hosts: [mon-a] }\n`,
    summary: /^"prometheus" stands beside the cell "eu", which is empty$/,
    remedy: /^Indent "prometheus", "alertmanager" below "eu"\.$/,
  },
  'a key of a part, one level too high': {
    text: `${whole}    §scrape_configs: []\n`,
    summary: /^unknown key "scrape_configs" in cells\.eu$/,
    remedy: /^Write it below "prometheus"\.$/,
  },
  'a list of replicas': {
    text: whole.replace('{ a: mon-a, b: mon-b }', '§[mon-a, mon-b]'),
    summary: /expected a map, saw a list/,
    remedy: /^Write it as a map: \{ NAME: VALUE \}\.$/,
  },
  'jobs without their dash': {
    text: prometheus('scrape_configs: p.yml'),
    files: { 'p.yml': 'scrape_configs:\n  §job_name: x\n' },
    summary: /^expected a list of scrape_configs, saw a map$/,
    remedy: /"- job_name: NAME"/,
  },
  'a key that is written twice': {
    text: `${whole}§promha: 1\n`,
    summary: /^"promha" is written twice: on line 1 and again here$/,
  },
  'an alias that contains itself': {
    text: `${whole}groups: { a: &x [§*x] }\n`,
    summary: /\*x contains itself/,
  },
  'a key that is no text': { text: `${whole}? §[a]\n: 1\n`, summary: /expected a plain text as key/ },
  'no hosts': {
    text: 'promha: 1\nhosts: §{}\ncells: { eu: { exporters: { node: {} } } }\n',
    summary: /no hosts/,
  },
  'no cells': { text: `§${head}`, summary: /the inventory has no cells/ },

  'a host that two entries define': {
    text: `promha: 1\nhosts:\n  app-[1:3]: { address: "198.18.0.[1:3]" }\n  §app-2: { address: 198.18.0.9 }\ncells: { eu: { exporters: { node: {} } } }\n`,
    summary: /"app-2" is defined twice: by "app-\[1:3\]" on line 3 and by "app-2" on line 4/,
  },
  'a host that is written twice': {
    text: `promha: 1\nhosts:\n  a: { address: 198.18.0.1 }\n  §a: { address: 198.18.0.2 }\ncells: { eu: { exporters: { node: {} } } }\n`,
    summary: /"a" is written twice: on line 3 and again here/,
  },
  'a host without an address': {
    text: whole.replace('mon-a: { address: 198.18.0.11 }', '§mon-a: {}'),
    summary: /"mon-a" has no address/,
  },
  'an address that is none': {
    text: whole.replace('198.18.0.11', '§198.18.0.300'),
    summary: /"198\.18\.0\.300" of host "mon-a" is neither a host name nor an IP address/,
  },
  'a range that leaves the valid addresses': {
    text: whole
      .replace('cells:', '')
      .replace('  eu:', '  app-[1:4]: { address: "§198.18.0.[254:257]" }\ncells:\n  eu:')
      .replace('"§', '§"'),
    summary: /"198\.18\.0\.256" of host "app-3"/,
  },
  'an address of nobody': {
    text: whole.replace('198.18.0.11', '§0.0.0.0'),
    summary: /not the address of a host/,
  },
  'an odd host name': {
    text: `${whole}`.replace('mon-a: {', '§"mon a": {').replace('{ a: mon-a', '{ a: "mon a"'),
    summary: /host "mon a": a name may hold letters/,
  },
  'a host called all': {
    text: whole.replace('mon-a: {', '§all: {').replace('{ a: mon-a', '{ a: all'),
    summary: /called "all"/,
  },
  'two hosts with one address': {
    text: `${head.replace('  mon-b', '  §mon-b').replace('198.18.0.12', '198.18.0.11')}cells: { eu: { exporters: { node: {} } } }\n`,
    summary: /"mon-a" \(line 3\) and "mon-b" have the same address and SSH port/,
  },
  'both replicas on two hosts with one address, told once': {
    text: whole.replace('  mon-b', '  §mon-b').replace('198.18.0.12', '198.18.0.11'),
    summary: /"mon-a" \(line 3\) and "mon-b" have the same address and SSH port/,
  },
  'ranges of unequal length': {
    text: whole.replace('cells:', '  app-[1:3]: { address: §"198.18.0.[21:26]" }\ncells:'),
    summary: /address of host "app-\[1:3\]" expands to 6 values, but the name expands to 3 hosts/,
  },
  'a range in the address alone': {
    text: whole
      .replace('198.18.0.11', '§198.18.0.[1:2]')
      .replace('{ address: §198.18.0.[1:2] }', '{ address: §"198.18.0.[1:2]" }'),
    summary: /expands to 2 values, but the name is that of one host/,
  },
  'a range that runs backwards': {
    text: whole.replace('cells:', '  §app-[3:1]: {}\ncells:'),
    summary: /runs backwards/,
  },
  'a range of too many': {
    text: whole.replace('cells:', '  §app-[1:99999]: {}\ncells:'),
    summary: /more than 10000/,
  },
  'a range with uneven zeros': {
    text: whole.replace('cells:', '  §app-[01:100]: {}\ncells:'),
    summary: /leading zeros/,
  },
  'a reserved host label': {
    text: whole.replace('198.18.0.11 }', '198.18.0.11, labels: { §instance: x } }'),
    summary: /label "instance" of host "mon-a" is set by promha/,
  },
  'an invalid host label': {
    text: `${whole.replace('198.18.0.11 }', '198.18.0.11, labels: { §a-b: x } }')}versions: { prometheus: 2.53.3 }\n`,
    summary:
      /^the label "a-b" of host "mon-a" is not a label name: .* because Prometheus 2\.53\.3 takes no other names$/,
  },
  'an SSH port out of range': {
    text: `${head}ssh: { port: §70000 }\n${pair}`,
    summary: /ssh\.port: expected a port from 1 to 65535, saw the number 70000/,
  },
  'an unknown host_key': {
    text: `${head}ssh: { host_key: §stric }\n${pair}`,
    summary: /strict or accept-new or off/,
    remedy: /"strict"/,
  },
  'an odd jump': { text: `${head}ssh: { jump: §"a b" }\n${pair}`, summary: /ssh\.jump/ },
  'an unknown source of programs': {
    text: `${whole}artifacts: { from: §upstrem }\n`,
    summary: /artifacts\.from: expected upstream, debian/,
    remedy: /"upstream"/,
  },
  'a mirror by another protocol': {
    text: `${whole}artifacts: { from: §ftp://x/y }\n`,
    summary: /the URL of a mirror/,
  },
  'a suite without debian': {
    text: `${whole}artifacts: { suite: §trixie }\n`,
    summary: /"from: debian" only/,
  },

  'an unknown name in a group': {
    text: `${whole}groups: { g: [§mon-c] }\n`,
    summary: /group "g" names "mon-c", which is neither/,
    remedy: /"mon-a"/,
  },
  'groups in a circle': {
    text: `${whole}groups:\n  g: [h]\n  h: [§g]\n`,
    summary: /loop: "g" contains "h" contains "g"/,
  },
  'a group that is called like a host': {
    text: `${whole}groups: { §mon-a: [mon-b] }\n`,
    summary: /a group and of a host/,
  },
  'a group called all': { text: `${whole}groups: { §all: [mon-b] }\n`, summary: /called "all"/ },

  'several cells without hosts': {
    text: `${head}cells:\n  §eu: { exporters: { node: { hosts: [mon-a] } } }\n  us: { hosts: [mon-b], exporters: { node: {} } }\n`,
    summary: /cell "eu" does not say which hosts/,
  },
  'an empty cell': { text: `${head}cells:\n  §eu:\n`, summary: /"eu" has no components/ },
  'a cell without any host': {
    text: `${head}cells: { eu: { §hosts: [], exporters: { node: {} } } }\n`,
    summary: /cell "eu" has no hosts/,
  },
  'an unknown host of a cell': {
    text: `${head}cells: { eu: { hosts: [all, §mon-x], exporters: { node: {} } } }\n`,
    summary: /cell "eu" names "mon-x"/,
    remedy: /"mon-a"/,
  },
  'an empty pair': {
    text: whole.replace('replicas: { a: mon-a, b: mon-b }', '§replicas: {}'),
    summary: /^cell "eu" has no replicas$/,
  },
  'a missing pair': {
    text: `${head}cells:\n  eu:\n    prometheus: §{ alertmanagers: [] }\n`,
    summary: /^cell "eu" has no replicas$/,
  },
  'a replica that names no host': {
    text: whole.replace('b: mon-b }', 'b: §mon-x }'),
    summary: /replica "b" names "mon-x", which is not a host/,
    remedy: /Did you mean "mon-b"\?/,
  },
  'a replica on a host of no cell': {
    text: `${head}cells:\n  eu:\n    hosts: [mon-a]\n    prometheus: { replicas: { a: mon-a, b: §mon-b }, alertmanagers: [] }\n`,
    summary: /replica "b" names the host "mon-b", which cell "eu" does not have/,
  },
  'both replicas on one host': {
    text: whole.replace('b: mon-b }', 'b: §mon-a }'),
    summary:
      /^replica "a" and replica "b" of cell "eu" are both on host "mon-a", so they would fail together$/,
    remedy: /^Put them on different hosts\.$/,
  },
  'both replicas at one address': {
    text: whole
      .replace('address: 198.18.0.12', 'address: 198.18.0.11, ssh: { port: 2222 }')
      .replace('b: mon-b }', 'b: §mon-b }'),
    summary: /are on hosts with the same address, "mon-a" and "mon-b"/,
    remedy: /allow_shared_host: true/,
  },
  'two Prometheus on one host, although allowed': {
    text: `${head}cells:\n  eu:\n    allow_shared_host: true\n    §prometheus: { replicas: { a: mon-a, b: mon-a }, alertmanagers: [] }\n`,
    summary: /Prometheus "a" and Prometheus "b" both want port 9090 of host "mon-a"/,
  },
  'an odd replica name': {
    text: whole.replace('{ a: mon-a', '{ §"a b": mon-a'),
    summary: /replica "a b": a name may hold/,
  },
  'a replica label that is none': {
    text: prometheus('replica_label: §a-b'),
    summary: /replica_label: "a-b" is not a label name/,
  },
  'a replica label that alerts need': {
    text: prometheus('replica_label: §alertname'),
    summary: /replica_label: "alertname" is a label that Prometheus sets/,
    remedy: /__replica__/,
  },
  'a label of targets that only Prometheus 3 takes': {
    text: `${prometheus('targets: { j: [{ targets: [], labels: { §a.b: x } }] }')}versions: { prometheus: 2.53.3 }\n`,
    summary:
      /^the label "a\.b" of job "j" is not a label name: .* because Prometheus 2\.53\.3 takes no other/,
  },
  'an external label that only Prometheus 3 takes': {
    text: prometheus('global: { metric_name_validation_scheme: legacy }', 'external_labels: { §a.b: x }'),
    summary:
      /^the label "a\.b" of external_labels is not a label name: .* because "metric_name_validation_scheme" is "legacy"$/,
    remedy: /another name/,
  },
  'a label without a name': {
    text: prometheus('external_labels: { §"": x }'),
    summary: /^the label "" of external_labels is not a label name: it is empty$/,
  },
  'an internal label of a host': {
    text: whole.replace('198.18.0.11 }', '198.18.0.11, labels: { §__scheme__: x } }'),
    summary: /^the label "__scheme__" of host "mon-a" begins with "__", and such names are internal$/,
  },
  'agent mode': {
    text: prometheus('flags: { §agent: }'),
    summary: /^promha does not run Prometheus in agent mode$/,
    remedy: /^Remove "agent"\.$/,
  },
  'agent mode as a feature': {
    text: prometheus('flags: { enable-feature: §"memory-snapshot-on-shutdown,agent" }'),
    summary: /^promha does not run Prometheus in agent mode$/,
    remedy: /^Remove "agent" from "enable-feature"\.$/,
  },
  'agent mode as a feature of a list': {
    text: prometheus('flags: { enable-feature: §[agent] }'),
    summary: /^promha does not run Prometheus in agent mode$/,
  },
  'a flag of agent mode': {
    text: prometheus('flags: { §storage.agent.path: /x }'),
    summary: /^promha does not run Prometheus in agent mode$/,
  },
  'a list of flags with a map': {
    text: prometheus('flags: { enable-feature: [§{ a: 1 }] }'),
    summary: /expected a text or a number, saw a map/,
  },
  'a line break in a list of flags': {
    text: prometheus('flags: { enable-feature: §["a\\nb"] }'),
    summary: /has more than one line/,
  },
  'a replica label that promha uses': { text: prometheus('replica_label: §cell'), summary: /promha sets/ },
  'an external label cell': {
    text: prometheus('external_labels: { §cell: x }'),
    summary: /"cell" of external_labels is set by promha/,
  },
  'an external label of the replica': {
    text: prometheus('external_labels: { §prometheus_replica: x }'),
    summary: /replica label/,
  },
  'external labels in global': {
    text: prometheus('global: { external_labels: §{} }'),
    summary: /"external_labels" cannot be used here/,
  },
  'a duration that is none': {
    text: prometheus('global: { scrape_interval: §15 }'),
    summary: /global\.scrape_interval: expected a duration/,
  },
  'a retention time that is none': {
    text: prometheus('retention: { time: §10days }'),
    summary: /retention\.time: expected a duration/,
  },
  'a retention size that is none': {
    text: prometheus('retention: { size: §20G }'),
    summary: /retention\.size: expected a size/,
  },
  'a relative data_dir': { text: prometheus('data_dir: §data'), summary: /"data" is not an absolute path/ },
  'a data_dir of the system': {
    text: prometheus('data_dir: §/etc/prometheus'),
    summary: /not a directory of Prometheus' own/,
  },
  'a listen without an address': {
    text: prometheus('listen: §":9090"'),
    summary: /expected ADDRESS:PORT/,
    remedy: /0\.0\.0\.0:9090/,
  },
  'a listen port out of range': {
    text: prometheus('listen: §0.0.0.0:99999'),
    summary: /expected ADDRESS:PORT/,
  },

  'a job without a name': {
    text: prometheus('scrape_configs: [§{ static_configs: [] }]'),
    summary: /has no job_name/,
  },
  'a job whose name is a list': {
    text: prometheus('scrape_configs: [{ job_name: §[5] }]'),
    summary: /job_name: expected a text, saw a list/,
  },
  'a job twice': {
    text: prometheus('scrape_configs:', '  - job_name: x', '  - job_name: §x'),
    summary: /"x" is defined twice: first on line 11/,
  },
  'a job that promha generates': {
    text: prometheus('scrape_configs: [{ job_name: §node }]'),
    summary: /"node" is one that promha generates/,
    remedy: /^Rename this job, and remove its targets that promha scrapes itself\.$/,
  },
  'a job that targets makes': {
    text: prometheus('targets: { shop: [] }', 'scrape_configs: [{ job_name: §shop }]'),
    summary: /"shop" is in "targets:" already/,
  },
  'targets of a generated name': {
    text: prometheus('targets: { §prometheus: [] }'),
    summary: /one that promha generates/,
  },
  'targets of an odd name': {
    text: prometheus('targets: { §"a/b": [] }'),
    summary: /"a\/b" in targets: a name may hold/,
  },
  'a group without targets': {
    text: prometheus('targets: { shop: [§{ labels: {} }] }'),
    summary: /group of job "shop" has no targets/,
  },
  'a target that is a URL': {
    text: prometheus('targets: { shop: [{ targets: [§"http://x/"] }] }'),
    summary: /expected HOST:PORT/,
  },
  'the replica label in targets': {
    text: prometheus('targets: { shop: [{ targets: [], labels: { §prometheus_replica: x } }] }'),
    summary: /replica label/,
  },
  'the replica label in a static config': {
    text: prometheus(
      'scrape_configs: [{ job_name: x, static_configs: [{ labels: { §prometheus_replica: a } }] }]',
    ),
    summary: /^the label "prometheus_replica" of job "x" is the replica label, which promha sets$/,
  },
  'the replica label in a relabeling': {
    text: prometheus(
      'scrape_configs: [{ job_name: x, relabel_configs: [{ target_label: §prometheus_replica }] }]',
    ),
    summary: /^the label "prometheus_replica" of job "x" is the replica label, which promha sets$/,
  },
  'the label of cells in targets': {
    text: prometheus('targets: { shop: [{ targets: [], labels: { §cell: x } }] }'),
    summary: /^the label "cell" of job "shop" is set by promha: the name of the cell$/,
  },
  'the label of cells in a static config': {
    text: prometheus('scrape_configs: [{ job_name: x, static_configs: [{ labels: { §cell: a } }] }]'),
    summary: /^the label "cell" of job "x" is set by promha: the name of the cell$/,
    remedy: /another name/,
  },
  'the label of cells in relabelings': {
    text: prometheus(
      'scrape_configs: [{ job_name: x, relabel_configs: [{ target_label: §cell }], metric_relabel_configs: [{ target_label: §cell }] }]',
    ),
    summary: /^the label "cell" of job "x" is set by promha: the name of the cell$/,
  },
  'scrape configs whose file is missing': {
    text: prometheus('scrape_configs: §jobs.yml'),
    summary: /jobs\.yml" does not exist/,
  },
  'scrape configs whose file is no list': {
    text: prometheus('scrape_configs: jobs.yml'),
    files: { 'jobs.yml': '§a: 1\n' },
    summary: /expected a list of scrape_configs, saw a map/,
  },
  'scrape configs whose file is broken': {
    text: prometheus('scrape_configs: jobs.yml'),
    files: { 'jobs.yml': '- job_name: a\n  x: §[1\n' },
    summary: /not valid YAML/,
  },
  'a job twice in a file': {
    text: prometheus('scrape_configs: jobs.yml'),
    files: { 'jobs.yml': '- job_name: a\n- job_name: §a\n' },
    summary: /first on line 1/,
  },

  'a rule file that never ends': {
    text: prometheus('rule_files: [§/dev/zero]'),
    summary: /is not a plain file/,
  },
  'a rule glob without a match': {
    text: prometheus('rule_files: [§rules/*.yml]'),
    summary: /"rules\/\*\.yml" matches no file/,
  },
  'a rule file that is missing': {
    text: prometheus('rule_files: [§rules/a.yml]'),
    summary: /rules\/a\.yml" does not exist/,
  },
  'a rule file that is a directory': {
    text: prometheus('rule_files: [§rules.yml]'),
    files: { 'rules.yml/x': '' },
    summary: /is a directory/,
  },
  "a rule file of promha's name": {
    text: prometheus('rule_files: [§promha.yml]'),
    files: { 'promha.yml': '' },
    summary: /promha's own rules/,
  },
  'a file outside': {
    text: prometheus('files: { §"../x": a }'),
    files: { a: '' },
    summary: /"\.\.\/x" in files leaves the config directory/,
  },
  'a file at an absolute place': {
    text: prometheus('files: { §/x: a }'),
    files: { a: '' },
    summary: /is absolute/,
  },
  "a file of a temporary name of promha's": {
    text: prometheus('files: { §certs/.promha-new.ca.crt: a }'),
    files: { a: '' },
    summary: /"certs\/\.promha-new\.ca\.crt" in files begins with "\.promha-"/,
  },
  'a file in the way of promha': {
    text: prometheus('files: { §rules/x.yml: a }'),
    files: { a: '' },
    summary: /is used by promha itself \(rules\)/,
  },
  'a file in the way of the config': {
    text: prometheus('files: { §prometheus.yml: a }'),
    files: { a: '' },
    summary: /is used by promha itself/,
  },
  'a file that is a directory too': {
    text: prometheus('files: { §web: a, web/x: a }'),
    files: { a: '' },
    summary: /is a file here and a directory in "web\/x"/,
  },
  'a file that is missing': { text: prometheus('files: { x: §a }'), summary: /a" does not exist/ },

  'a flag with dashes': {
    text: prometheus('flags: { §--query.timeout: 1m }'),
    summary: /begins with a dash/,
    remedy: /"query\.timeout"/,
  },
  'flags that end the program': {
    text: prometheus(
      'flags: { §version: true, §help-man: true, §completion-script-bash: true, §h: true, §no-help: false }',
    ),
    summary: /^the flag "[\w-]+" of prometheus ends the program at once$/,
    remedy: /^Remove this flag\.$/,
  },
  'a flag that promha sets': {
    text: prometheus('flags: { §storage.tsdb.path: /x }'),
    summary: /"storage\.tsdb\.path" of prometheus is set by promha/,
    remedy: /"data_dir"/,
  },
  'a flag of retention': {
    text: prometheus('flags: { §storage.tsdb.retention.time: 1d }'),
    summary: /set by promha/,
    remedy: /"retention"/,
  },
  'a flag that is switched off': {
    text: prometheus('flags: { §no-web.enable-lifecycle: true }'),
    summary: /set by promha/,
  },
  'a flag of the cluster': {
    text: alertmanager('flags: { §cluster.peer: x }'),
    summary: /"cluster\.peer" of alertmanager is set by promha/,
  },
  'a flag that would hide a program from every check': {
    text: prometheus('flags: { §web.config.file: web.yml }'),
    summary: /"web\.config\.file" of prometheus is set by promha/,
    remedy: /plain HTTP/,
  },
  'an odd flag': { text: prometheus('flags: { §"a b": 1 }'), summary: /not a valid name of a flag/ },
  'a flag of two lines': { text: prometheus('flags: { x: §"a\\nb" }'), summary: /more than one line/ },

  'no Alertmanager config': {
    text: `${head}cells:\n  eu:\n    alertmanager: §{ hosts: [mon-a, mon-b] }\n`,
    summary: /alertmanager has no config/,
  },
  'an Alertmanager config that is missing': {
    text: alertmanager().replace(/config: .*/, 'config: §am.yml'),
    summary: /am\.yml" does not exist/,
  },
  'an Alertmanager config that is broken': {
    text: alertmanager().replace(/config: .*/, 'config: am.yml'),
    files: { 'am.yml': 'route:\n  receiver: a\n §receivers: []\n' },
    summary: /not valid YAML/,
  },
  'an Alertmanager config that is a list': {
    text: alertmanager().replace(/config: .*/, 'config: am.yml'),
    files: { 'am.yml': '§- a\n' },
    summary: /config: expected a map, saw a list/,
  },
  'no Alertmanager hosts': {
    text: alertmanager().replace('hosts: [mon-a, mon-b]', '§hosts: []'),
    summary: /has no hosts/,
  },
  'an unknown Alertmanager host': {
    text: alertmanager().replace('[mon-a, mon-b]', '[mon-a, §mon-x]'),
    summary: /names "mon-x", which is neither/,
    remedy: /mon-a/,
  },
  'an Alertmanager host twice': {
    text: alertmanager().replace('[mon-a, mon-b]', '[mon-a, mon-b, §mon-a]'),
    summary: /names "mon-a" twice/,
  },
  'Alertmanagers at one address': {
    text: alertmanager()
      .replace('address: 198.18.0.12', 'address: 198.18.0.11, ssh: { port: 2222 }')
      .replace('[mon-a, mon-b]', '[mon-a, §mon-b]'),
    summary: /on hosts with the same address/,
  },
  'a template without a match': { text: alertmanager('templates: [§t/*.tmpl]'), summary: /matches no file/ },
  'an exporter on an unknown host': {
    text: `${head}cells: { eu: { exporters: { node: { hosts: [§app] } } } }\n`,
    summary: /exporters\.node of cell "eu" names "app"/,
  },
  'a component of two cells on one host': {
    text: `${head}cells:\n  eu: { hosts: [mon-a], exporters: { node: {} } }\n  us: { hosts: [all], exporters: { §node: {} } }\n`,
    summary: /host "mon-a" would run node_exporter for two cells, "eu" and "us"/,
  },
  'two components on one port': {
    text: `${prometheus('listen: 0.0.0.0:9100')}    exporters: { node: { listen: §127.0.0.1:9100 } }\n`,
    summary: /Prometheus "a" and node_exporter both want port 9100 of host "mon-a"|host "mon-b"|listens on/,
  },

  'a variable that is not set': {
    text: `${head}ssh: { sudo: { password: "x§\${env:PROMHA_NOT_SET}" } }\n${pair}`,
    summary: /"\$\{env:PROMHA_NOT_SET\}": the environment variable is not set/,
  },
  'a secret file that is missing': {
    text: `${head}ssh: { sudo: { password: §"\${file:nope}" } }\n${pair}`.replace('§"', '"§'),
    summary: /the file does not exist/,
  },
  'a command that fails': {
    text: `${head}ssh: { sudo: { password: "§\${cmd:echo hidden; exit 3}" } }\n${pair}`,
    summary: /the command ended with 3/,
  },
  'a reference that is not closed': {
    text: `${head}ssh: { sudo: { password: "§\${env:X" } }\n${pair}`,
    summary: /is not closed/,
  },
  'a variable of an odd name': {
    text: `${head}ssh: { sudo: { password: "§\${env:A-B}" } }\n${pair}`,
    summary: /not a valid name/,
  },
  'a reference in a name': {
    text: `${head}ssh: { user: "x§\${env:PROMHA_NOT_SET}" }\n${pair}`,
    summary: /^ssh\.user cannot contain the reference "\$\{env:PROMHA_NOT_SET\}"$/,
    remedy: /^Write the value itself\.$/,
  },
  'a reference in a path': {
    text: prometheus('rule_files: ["a/§${file:/etc/hostname}.yml"]'),
    summary: /^cells\.eu\.prometheus\.rule_files\.0 cannot contain the reference/,
  },
  'a reference in a number': {
    text: `${head}ssh: { port: "§\${env:HOME}" }\n${pair}`,
    summary: /^ssh\.port cannot contain the reference/,
  },
  'a reference in the path of a part that may hold some': {
    text: prometheus('scrape_configs: "§${env:HOME}/jobs.yml"'),
    summary: /^cells\.eu\.prometheus\.scrape_configs cannot contain the reference/,
  },
  'a reference beside an unknown key, which is told alone': {
    text: `${head}§sssh: { user: "\${env:HOME}" }\n${pair}`,
    summary: /^unknown key "sssh"/,
  },
  'a keyring that is missing': {
    text: `${whole}artifacts: { keyring: §/none/such.gpg }\n`,
    summary: /^artifacts\.keyring: "\/none\/such\.gpg" does not exist$/,
  },
  'a keyring beside the inventory': {
    text: `${whole}artifacts: { keyring: §keys/ours.gpg }\n`,
    files: { 'keys/ours.gpg': 'x' },
    summary: /^artifacts\.keyring: "keys\/ours\.gpg" does not lie below \/etc\/apt, /,
    remedy: /\/etc\/apt\/keyrings/,
  },
}

describe('errors of the inventory', () => {
  for (const [name, each] of Object.entries(errors)) it(name, () => tells(each))
})
