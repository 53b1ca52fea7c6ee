import assert from 'node:assert/strict'
import fc from 'fast-check'
import { templateNames } from '../../../src/inventory/value/go-template.ts'

const names = (text: string) => {
  const { defined, used } = templateNames(text)
  return { defined: defined.map(({ name }) => name), used: used.map(({ name }) => name) }
}

describe('the names in a template', () => {
  const cases: readonly (readonly [string, string, readonly string[], readonly string[]])[] = [
    ['a define', '{{ define "a" }}x{{ end }}', ['a'], []],
    ['trimmed blanks', '{{- define "a" -}}x{{- end -}}', ['a'], []],
    ['no blanks', '{{define"a"}}x{{end}}{{template"a"}}', ['a'], ['a']],
    ['a line break', '{{\n  define\n  "a"\n}}', ['a'], []],
    ['a raw name', '{{ define `a b` }}{{ template `c` . }}', ['a b'], ['c']],
    ['an escaped quote', '{{ define "a\\"b\\u0041\\x42\\103" }}', ['a"bABC'], []],
    ['a block, which is used where it is defined', '{{ block "a" . }}{{ end }}', ['a'], ['a']],
    [
      'a template within another',
      '{{ define "a" }}{{ if .X }}{{ template "b" . }}{{ end }}{{ end }}',
      ['a'],
      ['b'],
    ],
    ['a comment', '{{/* {{ define "a" }} */}}{{- /* template "b" }} */ -}}{{ define "c" }}', ['c'], []],
    ['a text that looks like an end', '{{ printf "}}{{ define \\"x\\" }}" }}{{ template "a" . }}', [], ['a']],
    ['a raw text that looks like an end', '{{ `}} {{ define "x" }}` }}{{ template "a" . }}', [], ['a']],
    [
      'a quote as a character',
      '{{ eq .X \'"\' }}{{ template "a" . }}{{ eq .Y \'\\\'\' }}{{ template "b" . }}',
      [],
      ['a', 'b'],
    ],
    [
      'the words elsewhere',
      'define "a" {{ .template }} {{ $define }} {{ printf "template \\"x\\"" }}',
      [],
      [],
    ],
    ['a minus that is a number', '{{-1}}{{ template "a" }}', [], ['a']],
    ['an action that does not end', '{{ template "a" . }}{{ define "b"', ['b'], ['a']],
    ['a quote that does not end', '{{ template "a" . }}{{ "x }}{{ template "b" }}', [], ['a']],
  ]
  for (const [title, text, defined, used] of cases)
    it(`are found in ${title}`, () => {
      assert.deepEqual(names(text), { defined, used })
    })

  it('stand where they are said to', () => {
    const text = 'x\n{{ template "a" . }}'
    assert.equal(text.slice(templateNames(text).used[0]?.offset), '"a" . }}')
  })

  it('are found in time that grows with the text', () => {
    for (const part of ['{{ ', '{{ "', '{{`', '{{/*', '{{ template "', "{{ '", '{{- define `'])
      for (const tail of ['', '}}']) {
        const began = performance.now()
        templateNames((part + tail).repeat(30_000))
        assert.ok(performance.now() - began < 1_500, part)
      }
  })

  it('need no text to be a template', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom('{{', '}}', '"', '`', "'", '\\', '/*', '*/', '-', ' ', 'define', 'template', 'a'),
        ),
        parts => {
          templateNames(parts.join(''))
        },
      ),
    )
  })
})
