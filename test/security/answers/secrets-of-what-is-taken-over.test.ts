/** A unit and a config that somebody wrote before promha came: a plan shows what they are, and no secret of theirs. */
import assert from 'node:assert/strict'
import { maskUnit } from '../../../src/check/mask.ts'
import { unifiedDiff } from '../../../src/engine/diff/diff.ts'
import { shownTexts, withDiffs } from '../../../src/engine/diff/diffs.ts'
import { planInstance } from '../../../src/plan/plan.ts'
import type { Observed } from '../../../src/resource/observed.ts'
import { built, hash, prometheus, stampOf } from '../../plan/host.ts'

/** Each secret has `PW` and a number. */
const settings: readonly string[] = [
  'Environment="DATA_SOURCE_NAME=exporter:PW1@(localhost:3306)/"',
  'Environment=PGPASS=PW1 REDIS_PWD=PW2',
  `Environment=PASSWORD='PW1 more PW2' "SECRET_B=PW3 with blank PW4"`,
  'Environment = \\\n  A=PW1 \\\n# PW2\n  B=PW3',
  '  environment=A=PW1',
  'PassEnvironment=PW1',
  'SetCredential=name:PW1',
  'SetCredentialEncrypted=name: \\\n  PW1 \\\n  PW2=',
  'StandardInputText=PW1',
  'ConditionEnvironment=TOKEN=PW1',
  'X-Note=PW1',
  '# the password is PW1',
  ';ExecStart=/x --password PW1',
  '# PW1 \\\nPW2=PW3',
  'Documentation=https://me:PW1@example.net/?api_key=PW2',
  'ExecStart=/usr/bin/x --redis.password PW1 --web.auth=PW2 -pPW3 -u PW4 PW5 TOKEN=PW6',
  `ExecStart=/usr/bin/x "--password=PW1 PW2" '--user PW3' --a="PW4 \\" PW5" --b 'PW6 PW7`,
  'ExecStart=/usr/bin/x --a "PW1 \\\n PW2" \\\n\t# PW3\n; PW4\n  --b=PW5 PW6== \\\n  PW7=PW8',
  'ExecStartPre=-/bin/sh -c "mysql -pPW1" ; /bin/echo PW2',
  'ExecStart=PW1=PW2 --a',
  'Description=x \\\nPW1=PW2',
  'ExecStart=/x \\ \n --password=PW1',
  'PW1',
  'ExecStart=/x --a\rEnvironment=PW1',
]

describe('a unit that promha has not recorded as its own', () => {
  for (const setting of settings)
    it(`shows no secret of ${JSON.stringify(setting)}`, () => {
      const unit = `[Unit]\nAfter=a.target\n\n[Service]\n${setting}\nUser=me\n`
      const diff = unifiedDiff('/etc/systemd/system/x.service', Buffer.from(unit), '[Unit]\n', {
        foreign: true,
      })
      assert.match(diff ?? '', /^-After=a\.target$/m)
      assert.match(diff ?? '', /^-\[Service\]$/m)
      assert.match(diff ?? '', /^-User=me$/m)
      assert.doesNotMatch(diff ?? '', /PW\d/)
    })

  it('shows its program and the names of its flags', () => {
    const unit = 'ExecStart=/usr/bin/x --web.config w.yml \\\n  --a=1 -v\nExecReload=\n'
    const diff = unifiedDiff('/x.service', Buffer.from(unit), '', { foreign: true })
    assert.match(
      diff ?? '',
      /^-ExecStart=\/usr\/bin\/x --web\.config <masked> \\\n- {2}--a=<masked> -v\n-ExecReload=$/m,
    )
  })

  const path = '/etc/systemd/system/prometheus.service'
  const diffOf = (records: Observed['records']) => {
    const now = { ...prometheus, resources: prometheus.resources.filter(({ kind }) => kind === 'unit') }
    const before = built({
      ...now,
      resources: [{ kind: 'unit', name: 'prometheus.service', content: 'other' }],
    })
    const plan = planInstance(now, { ...before, records }, hash)
    assert.ok(shownTexts(plan).includes(path))
    const contents = new Map([[path, Buffer.from('[Service]\nExecStart=/x --retention 15d\n')]])
    return withDiffs(plan, { contents })
      .changes.map(({ diff }) => diff)
      .join('')
  }

  it('is told from one that it has', () => {
    const stamp = stampOf(prometheus, [{ kind: 'unit', name: path, found: false }])
    assert.match(diffOf(new Map([['prometheus', stamp]])), /^-ExecStart=\/x --retention 15d$/m)
    assert.match(diffOf(new Map()), /^-ExecStart=\/x --retention <masked>$/m)
  })

  it('has no other texts that are shown', () => {
    assert.equal(unifiedDiff('/etc/x.conf', Buffer.from('pw PW1\n'), 'new\n', { foreign: true }), undefined)
  })
})

describe('what a unit of promha or a log says', () => {
  for (const text of ['PGPASS=PW1', 'REDIS_PWD=PW1', '--web.auth=PW1', "PASSWORD='PW1 PW2'"])
    it(`shows no secret of ${text}`, () => assert.doesNotMatch(maskUnit(text), /PW\d/))
})

const configs: Readonly<Record<string, string>> = {
  'a comment': '# password: PW1\na: 1 # PW2\n#PW3\n',
  'the query of a URL': 'remote_write:\n  - url: http://x/?api_key=PW1&user=PW2\n  - url: "x?k=PW3"\n',
  'whom a URL is for': 'remote_write:\n  - url: http://PW1@x/\n',
  parameters: 'params: { token: [PW1, "PW2"] }\n',
  'a parameter as a label': 'static_configs:\n  - labels: { __param_token: PW1 }\n',
  'a parameter of a target':
    'relabel_configs:\n  - target_label: __param_api_key\n    replacement: PW1\n  - { replacement: PW2, target_label: __param_x }\n',
  'parameters of a login': 'oauth2:\n  endpoint_params:\n    audience: PW1\n    x: |\n      PW2\n      PW3\n',
  'a header': 'http_headers:\n  X-Scope: { values: [PW1], files: [PW2] }\nheaders: { X-Scope: PW3 }\n',
  'what a probe sends':
    'modules:\n  a:\n    http: { body: "PW1" }\n    tcp:\n      query_response: [{ send: PASS PW2 }, { expect: PW3 }]\n',
  'an alias': 'a: &a PW1\nb: &b [PW2]\nbasic_auth: { password: *a }\nparams: { x: *b }\n',
  'an alias in a list of secrets': 'a: &a PW1\ncredentials:\n  - *a\n',
}

describe('an old config', () => {
  for (const [what, config] of Object.entries(configs))
    it(`shows no secret of ${what}`, () => {
      const before = Buffer.from(`${config}known: 1\n`)
      const all = [
        unifiedDiff('/etc/x.yml', before, 'known: 2\n'),
        unifiedDiff('/etc/x.yml', before, undefined),
      ]
      for (const diff of all) {
        assert.match(diff ?? '', /^-known: 1$/m)
        assert.doesNotMatch(diff ?? '', /PW\d/)
      }
    })

  for (const quoted of ['"PW1"', '|\n  PW1'])
    it(`is not shown if it hides a secret behind an alias: ${JSON.stringify(quoted)}`, () => {
      const before = Buffer.from(`a: &a ${quoted}\nbasic_auth: { password: *a }\n`)
      assert.equal(unifiedDiff('/etc/x.yml', before, 'a: 1\n'), undefined)
    })

  it('shows a line that is written again', () => {
    const config = 'params:\n  module: [http_2xx]\nurl: http://x/?a=b # why\n'
    const diff = unifiedDiff('/etc/x.yml', Buffer.from(`a: 1\n${config}`), `a: 2\n${config}`)
    assert.equal(
      diff,
      '--- /etc/x.yml\n+++ /etc/x.yml\n@@ -1,4 +1,4 @@\n-a: 1\n+a: 2\n params:\n   module: [http_2xx]\n url: http://x/?a=b # why\n',
    )
  })
})
