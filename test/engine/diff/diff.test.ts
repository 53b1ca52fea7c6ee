import assert from 'node:assert/strict'
import { unifiedDiff } from '../../../src/engine/diff/diff.ts'

const secret = 'hunter2secret'

/** Every way in which upstream's configs hold secrets. */
const configs: Record<string, string> = {
  'a key': `global:\n  slack_api_url: https://hooks.example.net/${secret}\n`,
  'a password': `basic_auth:\n  username: me\n  password: ${secret}\n`,
  'a quoted key': `"auth_password": '${secret}'\n`,
  'a block': `basic_auth:\n  password: |\n    ${secret}\n    more${secret}\nnext: 1\n`,
  'a flow map': `basic_auth: { username: me, password: ${secret} }\n`,
  'a list of a secret key': `credentials:\n  - ${secret}\n`,
  'a URL with a password': `remote_write:\n  - url: https://me:${secret}@example.net/write\n`,
  'a webhook': `receivers:\n  - name: x\n    webhook_configs:\n      - url: https://example.net/${secret}\n`,
  'a header': `http_headers:\n  X-Api-Key:\n    values: [${secret}]\n`,
  'a bearer header': `headers: { Authorization: "Bearer ${secret}" }\n`,
}

describe('diff', () => {
  for (const [name, config] of Object.entries(configs)) {
    it(`shows no secret in ${name}, old or new`, () => {
      const other = `${config}added: 1\n`
      const shown = [
        unifiedDiff('/etc/x.yml', Buffer.from(config), other),
        unifiedDiff('/etc/x.yml', undefined, config),
        unifiedDiff('/etc/x.yml', Buffer.from(config), config.replaceAll(secret, 'another')),
      ]
      for (const text of shown) {
        assert.ok(text)
        assert.doesNotMatch(text, new RegExp(secret))
        assert.doesNotMatch(text, /another/)
      }
      assert.match(shown[0] ?? '', /^\+added: 1$/m)
      assert.match(shown[2] ?? '', /only masked values differ/)
    })
  }

  it('shows nothing of what stood where a secret of the inventory stands now', () => {
    const config = (value: string) =>
      `scrape_configs:\n  - job_name: x\n    params:\n      k: [${value}]\nremote_write:\n  - url: http://h/push?api=${value}\nplain: ${value.length}\n`
    const diff = unifiedDiff('/etc/x.yml', Buffer.from(config('rotated')), config('present!'), {
      secrets: ['present!'],
    })
    assert.doesNotMatch(diff ?? '', /rotated/)
    assert.match(diff ?? '', /^-plain: 7$/m)
  })

  it('shows everything else, in the unified form', () => {
    const diff = unifiedDiff(
      '/etc/x.yml',
      Buffer.from('a: 1\npassword_file: /x\n'),
      'a: 2\npassword_file: /x\n',
    )
    assert.equal(diff, '--- /etc/x.yml\n+++ /etc/x.yml\n@@ -1,2 +1,2 @@\n-a: 1\n+a: 2\n password_file: /x\n')
  })

  it('shows nothing of what it does not understand', () => {
    assert.equal(unifiedDiff('/etc/x.yml', Buffer.from(`password: "${secret}\n`), 'a: 1\n'), undefined)
    assert.equal(unifiedDiff('/etc/x.bin', Buffer.from([0, 1]), 'a'), undefined)
  })

  it('masks what a unit hands on', () => {
    const unit = `[Service]\nEnvironment=API_TOKEN=${secret} A=1\nExecStart=/x --url=https://me:${secret}@h\n`
    const diff = unifiedDiff('/etc/systemd/system/x.service', Buffer.from(unit), `${unit}Restart=always\n`)
    assert.doesNotMatch(diff ?? '', new RegExp(secret))
    assert.match(diff ?? '', /^\+Restart=always$/m)
  })
})
