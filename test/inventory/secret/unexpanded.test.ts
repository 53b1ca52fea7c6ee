// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the inventory's own references look so
/** What looks like a reference and reaches a program as it stands. */
import assert from 'node:assert/strict'
import { nearReference } from '../../../src/inventory/secret/unexpanded.ts'
import { prometheus, read, unmark } from '../harness.ts'

const near: Readonly<Record<string, string | undefined>> = {
  '${evn:NAME}': 'env',
  '${ENV:NAME}': 'env',
  '${ env:NAME }': 'env',
  '${env NAME}': 'env',
  '${file :x}': 'file',
  '${fiel:x}': 'file',
  '${cmd }': 'cmd',
  'a ${comd:x} b': 'cmd',
  '$(env:NAME)': 'env',
  '$env:NAME': 'env',
  '{file:/x}': 'file',
  '${HOSTNAME}': 'env',
  '${NAME:-x}': 'env',
}
const none = [
  '${1}',
  '${name}',
  '$1',
  '$${evn:NAME}',
  '${env:NAME}',
  '$$(env:x)',
  '{job="x"}',
  'env:NAME',
  '$',
  '',
]

describe('what is nearly a reference', () => {
  for (const [text, kind] of Object.entries(near))
    it(`is ${text}`, () => assert.equal(nearReference(text)?.kind, kind))
  for (const text of none)
    it(`is not ${JSON.stringify(text)}`, () => assert.equal(nearReference(text), undefined))

  it('is of no kind if it is near to none', () => {
    const found = nearReference('${vault:x}')
    assert.deepEqual([found?.shown, found?.kind], ['${vault:…}', undefined])
  })

  it('shows nothing of a secret', () => {
    assert.equal(nearReference('${evn:S3CRET}')?.shown, '${evn:…}')
    assert.equal(nearReference('a${S3CRET}b')?.shown, '${…}')
  })
})

async function warned(marked: string, files: Readonly<Record<string, string>> = {}) {
  const of = Object.entries(files).map(([name, text]) => ({ name, ...unmark(text) }))
  const { text, places } = unmark(marked)
  const { problems, directory } = await read(text, Object.fromEntries(of.map(one => [one.name, one.text])))
  const told = problems.filter(({ severity }) => severity === 'warning')
  assert.deepEqual(
    told.map(({ source }) => [source?.file.replace(`${directory}/`, ''), source?.line, source?.column]),
    [
      ...places.map(({ line, column }) => ['inventory.yml', line, column]),
      ...of.flatMap(one => one.places.map(({ line, column }) => [one.name, line, column])),
    ],
    JSON.stringify(told),
  )
  return told
}

describe('a reference that is not expanded', () => {
  it('is warned of inline, with the nearest form', async () => {
    const told = await warned(
      prometheus(
        'scrape_configs:',
        "  - { job_name: x, basic_auth: { username: §'${evn:A}', password: §'${ENV:S3CRET}' } }",
        "  - { job_name: y, static_configs: [{ targets: [§'${HOST}:9100', a:1] }] }",
        "  - { job_name: z, relabel_configs: [{ target_label: b, replacement: '${NAME}' }] }",
        "  - { job_name: w, basic_auth: { username: §'${vault:a}' } }",
      ),
    )
    assert.deepEqual(
      told.map(({ remedy }) => remedy),
      [
        'Did you mean ${env:NAME}?',
        'Did you mean ${env:NAME}?',
        'Did you mean ${env:HOST}, the variable of the machine that runs promha?',
        'References are ${env:NAME}, ${file:PATH}, ${cmd:COMMAND}. Write one of these, or the value itself.',
      ],
    )
    assert.doesNotMatch(JSON.stringify(told), /S3CRET/)
  })

  it('is warned of in a named file, with what helps there', async () => {
    const told = await warned(prometheus('scrape_configs: p.yml'), {
      'p.yml': `global: { external_labels: { a: §'\${env:A}', b: §'\${HOSTNAME}' } }
scrape_configs:
  - job_name: §'\${env:JOB}'
    static_configs: [{ targets: [§'\${env:HOST}:1', §'\${HOST}:2'] }]
    basic_auth: { username: x, password: §'\${evn:S3CRET}' }
    relabel_configs: [{ target_label: b, replacement: '\${NAME}' }]
`,
    })
    const itself = 'Write the value itself.'
    assert.deepEqual(
      told.map(({ remedy }) => remedy),
      [
        itself,
        'Write the value itself. Write $$ for a dollar sign.',
        itself,
        'Write the value itself, or write this config inline in the inventory.',
        itself,
        'Use the key that reads a file (password_file and the like), or write this config inline in the inventory.',
      ],
    )
    assert.doesNotMatch(JSON.stringify(told), /S3CRET/)
  })
})

describe('a whole prometheus.yml', () => {
  it('is warned of with the nearest key of "alerting", of which no tool sees the rest', async () => {
    const text = 'alerting:\n  §alertmanager: []\n  §x: 1\nscrape_configs: []\n'
    const told = await warned(prometheus('scrape_configs: p.yml'), { 'p.yml': text })
    assert.deepEqual(
      told.map(({ remedy }) => remedy),
      [
        'Did you mean "alertmanagers"?',
        'Remove it: the keys of "alerting" are alertmanagers and alert_relabel_configs.',
      ],
    )
  })
})
