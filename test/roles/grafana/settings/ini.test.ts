import assert from 'node:assert/strict'
import { iniValue, parseIni } from '../../../../roles/grafana/settings/ini.ts'

const said = (text: string) => parseIni(text).settings.map(one => [one.section, one.key, one.value, one.line])

describe("Grafana's config", () => {
  it('has its settings by section, and their lines', () => {
    const text =
      '# c\napp_mode = production\n\n[server]\n; c\ndomain=a.example\r\n[auth.anonymous] # c\nenabled : true\n'
    assert.deepEqual(said(text), [
      ['', 'app_mode', 'production', 2],
      ['server', 'domain', 'a.example', 6],
      ['auth.anonymous', 'enabled', 'true', 8],
    ])
  })

  it('has values of several lines, in which nothing is a setting', () => {
    const text = '[security]\nadmin_password = """a\n[paths]\ndata = x"""\nsecret_key = b\\\nc\nx = `[q]`\n'
    assert.deepEqual(said(text), [
      ['security', 'admin_password', 'a\n[paths]\ndata = x', 2],
      ['security', 'secret_key', 'bc', 5],
      ['security', 'x', '[q]', 7],
    ])
  })

  it('has comments behind its values, but not between three quotes or backquotes', () => {
    const text =
      '[security]\nadmin_password = ; set me\nsecret_key = """a#b"""\nx = `c;d`\ny = "e # f"\nz = g#h\n'
    const ini = parseIni(text)
    assert.equal(iniValue(ini, 'security', 'admin_password'), undefined)
    assert.deepEqual(
      ini.settings.map(({ key, value, cut }) => [key, value, cut]),
      [
        ['admin_password', '', false],
        ['secret_key', 'a#b', false],
        ['x', 'c;d', false],
        ['y', '"e', false],
        ['z', 'g', true],
      ],
    )
  })

  it('is refused by the line that is none of it', () => {
    const faultsOf = (text: string) => parseIni(text).faults.map(({ line }) => line)
    assert.deepEqual(faultsOf('[server]\ndomain\n[open\nx = 1\n'), [2, 3])
    assert.deepEqual(faultsOf('[database] = 1\n[server]\n'), [1])
    assert.deepEqual(faultsOf('a = 1\nb = """never\nends\n'), [2])
  })

  it('has the last value of a setting, and none if that is empty', () => {
    const ini = parseIni('[Security]\nSecret_Key = a\n[security]\nsecret_key = b\nadmin_password =\n')
    assert.equal(iniValue(ini, 'security', 'secret_key'), 'b')
    assert.equal(iniValue(ini, 'security', 'admin_password'), undefined)
    assert.equal(iniValue(ini, 'server', 'secret_key'), undefined)
  })
})
