/** What of a config is refused or warned of, because Grafana reads it in another way than it looks. */
import assert from 'node:assert/strict'
import { checkIni } from '../../../../roles/grafana/settings/checked-ini.ts'
import { parseIni } from '../../../../roles/grafana/settings/ini.ts'
import { checkReferences, type Surroundings } from '../../../../roles/grafana/settings/ini-references.ts'
import { instead } from '../../../../roles/grafana/settings/own.ts'
import type { Problem } from '../../../../src/diagnostic/problem.ts'

const placeOf = (line: number) => ({ where: {}, at: `:${line}` })

function found(text: string): readonly (string | undefined)[][] {
  const problems: Problem[] = []
  checkIni(parseIni(text), placeOf, problems)
  return problems.map(({ code, summary, remedy }) => [code, /:\d+/.exec(summary)?.[0], remedy])
}

describe("the names of Grafana's config", () => {
  it('are refused in another spelling, each section once', () => {
    const security = ['grafana.section-meant', ':1', 'Write [security].']
    assert.deepEqual(found('[Security]\nadmin_password = x\nsecret_key = y\n[Security]\n'), [security])
    assert.deepEqual(found('[SECURITY]\nadmin_password = x\n'), [security])
    assert.deepEqual(found('[auth-anonymous]\n[Auth.Anonymous]\nenabled = true\n')[1], [
      ...['grafana.section-meant', ':2', 'Write [auth.anonymous].'],
    ])
    const key = ['grafana.setting-meant', ':2', 'Write "admin_password" below [security].']
    assert.deepEqual(found('[security]\nAdmin_Password = x\n'), [key])
    assert.deepEqual(found('[security]\nadmin password = x\n'), [key])
    assert.deepEqual(found('[security]\nsecret-key = x\n'), [
      ['grafana.setting-meant', ':2', 'Write "secret_key" below [security].'],
    ])
    assert.deepEqual(
      found('[auth.anonymous]\nEnabled = true\n').map(([code]) => code),
      ['grafana.setting-meant'],
    )
  })

  it('are refused where Grafana finds them below another section', () => {
    for (const text of ['[security.x]\nadmin_password = x\n', '[x]\n[DEFAULT]\nadmin_password = x\n'])
      assert.equal(found(text).at(-1)?.[2], 'Write "admin_password" below [security].')
    assert.equal(found('[database.x]\ntype = postgres\n')[0]?.[2], 'Write "type" below [database].')
  })

  it('are left alone where they are right, or those of a plugin or an image store', () => {
    const right = ['app_mode = production', '[security]', 'admin_password = x', 'secret_key = y']
    const more = ['[external_image_storage.s3]', 'secret_key = z', '[plugin.Foo-bar]', 'Key = x']
    const camel = [
      '[dataproxy]',
      'dialTimeout = 5',
      '[smtp]',
      'startTLS_policy = x',
      '[feature_toggles]',
      'aB = true',
    ]
    assert.deepEqual(found([...right, ...more, ...camel].join('\n')), [])
  })

  it('are warned of where a section is near one that Grafana has', () => {
    assert.deepEqual(found('[securty]\nadmin_password = x\n'), [
      ['grafana.section-near', ':1', 'Did you mean [security]?'],
    ])
    assert.deepEqual(found('[something-else]\na = b\n'), [])
  })

  it("are promha's own in every spelling, and in a section below theirs", () => {
    for (const text of [
      '[Paths]\ndata = /x',
      '[database.x]\npath = /x',
      '[server]\nHTTP_Port = 1',
      '[SERVER.y]\nhttp_port = 1',
    ])
      assert.deepEqual(
        found(text).map(([code]) => code),
        ['grafana.set-by-promha'],
        text,
      )
    assert.equal(instead('auth.basic', 'enabled'), undefined)
  })

  it('are cut short nowhere if they are secrets', () => {
    assert.deepEqual(
      found('[smtp]\npassword = a#b\n').map(([code]) => code),
      ['grafana.cut-secret'],
    )
    assert.deepEqual(found('[server]\nroot_url = http://a/#b\n'), [])
  })
})

describe("the references of Grafana's config", () => {
  const told = (text: string, around: Surroundings = {}) => {
    const problems: Problem[] = []
    checkReferences(parseIni(text), around, placeOf, problems)
    return problems.map(({ code, summary }) => `${code} ${/"([^"]*…[^"]*|[A-Z_]+)"/.exec(summary)?.[1]}`)
  }

  it('are told where nobody expands them', () => {
    assert.deepEqual(told('[smtp]\npassword = ${env:SMTP}\n[server]\nroot_url = ${file:/x}\n'), [
      'secret.file-not-expanded ${env:…}',
      'secret.file-not-expanded ${file:…}',
    ])
    assert.deepEqual(told('[smtp]\npassword = $__file{/run/secret}\n'), [])
  })

  it('are refused in what lets people in', () => {
    assert.deepEqual(told('[security]\nadmin_password = ${env:PW}\nsecret_key = $__env{KEY}\n'), [
      'grafana.variable-of-secret env:…',
      'grafana.variable-of-secret KEY',
    ])
    assert.deepEqual(told('[security]\nadmin_password = a${hunter2}b\n'), ['grafana.variable-of-secret …'])
  })

  it("are Grafana's variables, where it has them", () => {
    const text = 'instance_name = ${HOSTNAME}\n[server]\nroot_url = $__env{URL}\n'
    assert.deepEqual(told(text), ['grafana.variable URL'])
    assert.deepEqual(told(text, { environment: { URL: '' } }), ['grafana.variable URL'])
    assert.deepEqual(told(text, { environment: { URL: 'x' } }), [])
    assert.deepEqual(told(text, { per_host: { a: null, b: { environment: { URL: 'x' } } } }), [])
  })
})
