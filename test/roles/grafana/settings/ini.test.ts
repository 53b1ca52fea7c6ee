import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { iniValue, parseIni } from '../../../../roles/grafana/settings/ini.ts'

interface Case {
  readonly name: string
  readonly text: string
  /** What gopkg.in/ini.v1 1.67.2 made of it, in a file with a section and a comment behind it. */
  readonly given: 'error' | readonly (readonly [string, string, string])[]
  readonly refused?: true
}
const cases = JSON.parse(readFileSync(join(import.meta.dirname, 'ini-cases.json'), 'utf8')) as readonly Case[]

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
        ['y', '"e', true],
        ['z', 'g', true],
      ],
    )
  })

  for (const { name, text, given, refused } of cases)
    it(`${refused ? 'is refused, as another reader could read it in another way' : 'is what Grafana reads'}: ${name}`, () => {
      const { faults, settings } = parseIni(text)
      assert.equal(faults.length > 0, refused === true, JSON.stringify(faults))
      if (refused) return
      assert.notEqual(given, 'error')
      const last = new Map(settings.map(one => [JSON.stringify([one.section, one.key]), one.value]))
      const theirs = [...given].map(
        ([section, key, value]) => [JSON.stringify([section, key]), value] as const,
      )
      assert.deepEqual(last, new Map(theirs))
    })

  it('is read in linear time', function () {
    this.timeout(5000)
    assert.equal(said(`a = b\\\n${'c\\\n'.repeat(300_000)}`)[0]?.[2], `b${'c'.repeat(300_000)}`)
    assert.equal(said(`a = \`b\n${'`\\\n'.repeat(300_000)}\``).length, 1)
    assert.equal(parseIni(`a${' '.repeat(1_000_000)}\n[${'a'.repeat(1_000_000)}`).faults.length, 2)
    assert.equal(said(`a = ${' '.repeat(1_000_000)}b ${'"'.repeat(1_000_000)}#`).length, 1)
  })

  it('has secrets that a comment cuts short', () => {
    const cutIn = (value: string) => parseIni(`a = ${value}`).settings[0]?.cut
    assert.deepEqual(['#x', 'x#y', '"x #y"', "'x ;y'"].map(cutIn), [true, true, true, true])
    const whole = ['; c', '', '"x" # c', 'x # c', 'x ; c#d', '`x#y`', '#'].map(cutIn)
    assert.deepEqual(new Set(whole), new Set([false]))
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
    const other = parseIni('[Security]\nsecret_key = a\n[security]\nSecret_Key = a\n')
    assert.equal(iniValue(other, 'security', 'secret_key'), undefined)
  })
})
