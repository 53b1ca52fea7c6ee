import assert from 'node:assert/strict'
import { membersOf } from '../../../src/inventory/text/place.ts'
import { range, source } from '../../../src/inventory/text/source-text.ts'
import { secretValues } from '../../../src/inventory/upstream/upstream.ts'
import { parseYaml } from '../../../src/inventory/yaml/yaml.ts'

function secretsOf(text: string): readonly string[] {
  const found = new Set<string>()
  secretValues(parseYaml(source('x.yml', text)).value, found)
  return [...found].sort()
}

describe('a secret', () => {
  const cases: Readonly<Record<string, readonly [string, readonly string[]]>> = {
    'is what upstream says': [
      `basic_auth: { username: u, password: S1, password_file: f1 }
authorization: { type: Bearer, credentials: S2, credentials_file: secrets/shop.token }
oauth2: { client_id: c, client_secret: S3, token_url: http://t, client_certificate_key: S4 }
tls_config: { cert: c, key: S5, key_file: k }
sigv4: { access_key: a, secret_key: S6 }
bearer_token: S7
`,
      ['S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7'],
    ],
    'is in receivers': [
      `global: { smtp_auth_password: S1, slack_api_url: S2, opsgenie_api_key: S3, opsgenie_api_url: http://o, telegram_bot_token: S4 }
receivers:
  - name: my_token
    webhook_configs: [{ url: S5 }]
    slack_configs: [{ api_url: S6, channel: c }]
    opsgenie_configs: [{ api_key: S7, api_url: http://o }]
    pagerduty_configs: [{ routing_key: S8, service_key: S9, url: http://p }]
    pushover_configs: [{ user_key: T1, token: T2 }]
    discord_configs: [{ webhook_url: T3 }]
    telegram_configs: [{ bot_token: T4, chat_id: 1 }]
    wechat_configs: [{ api_secret: T5 }]
`,
      ['S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7', 'S8', 'S9', 'T1', 'T2', 'T3', 'T4', 'T5'],
    ],
    'is in headers': [
      `headers: { Authorization: S1, Accept: x }
http_headers:
  X-Api-Key: { values: [S2], secrets: [S3], files: [f] }
  Accept: { values: [text], secrets: [S4] }
`,
      ['S1', 'S2', 'S3', 'S4'],
    ],
    'is the password of a URL, however it is written there': [
      `url: http://user:p%40ss@h/w\nother: 'see http://me:S2@x and http://u@y'\n`,
      ['S2', 'p%40ss', 'p@ss'],
    ],
    'may be a number': ['password: 12345678\n', ['12345678']],
    'is nothing under a name that the user chose': [
      `modules: { http_with_token: { prober: http } }
hosts: { my_token: { address: 192.0.2.1 } }
groups: { api_token: [a, b] }
targets: { shop_token: [{ targets: [x], labels: { password: none } }] }
replicas: { token: mon-a }
files: { shop.token: secrets/shop.token }
params: { token: [x] }
external_labels: { secret: "no" }
static_configs: [{ labels: { api_key: public } }]
bypass: yes
`,
      [],
    ],
  }
  for (const [title, [text, secrets]] of Object.entries(cases))
    it(title, () => assert.deepEqual(secretsOf(text), [...secrets].sort()))

  it('hides its own line, and no line of a name', () => {
    const text = 'modules:\n  http_with_token: { prober: htp }\nfiles: { a.token: b }\npassword: x\n'
    const { value } = parseYaml(source('x.yml', text))
    const shown = ['modules', 'files', 'password'].map(
      key => range(membersOf(value as object).get(key)?.value ?? assert.fail()).text,
    )
    assert.deepEqual(shown, ['  http_with_token: { prober: htp }', 'files: { a.token: b }', undefined])
  })
})
