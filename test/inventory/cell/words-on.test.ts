import assert from 'node:assert/strict'
import { redact } from '../../../src/diagnostic/redact.ts'
import { wordsOn } from '../../../src/inventory/cell/words-on.ts'
import { head, read } from '../harness.ts'

/** An exporter of the cell, with one key that is unknown. */
const entry = (key: string, ...lines: readonly string[]) =>
  `${head}cells:\n  eu:\n    exporters:\n      ${key}:\n        hosts: [mon-a]\n${lines.map(line => `        ${line}\n`).join('')}`

describe('what no message shows', () => {
  const snmp = 'auths: { a: { version: 2, community: s3cret-community } }'
  const cases: Readonly<Record<string, readonly [string, Readonly<Record<string, string>>?]>> = {
    'is a line of the config of an exporter': [entry('snmp', `config: { ${snmp}, ${snmp} }`)],
    'is a line of its file': [entry('snmp', 'config: snmp.yml'), { 'snmp.yml': `a: ${snmp}\n` }],
    'is a line of a file that is no map': [
      entry('snmp', 'config: snmp.yml'),
      { 'snmp.yml': `- ${snmp}\n- ${snmp}\n` },
    ],
    'is a config that was meant as a map': [entry('snmp', 'config: |', `  ${snmp}`)],
    'is a variable': [entry('postgres', 'environment:', '  1DSN: s3cret-dsn')],
    'is a variable in braces': [entry('postgres', 'environment: { 1DSN: s3cret-dsn }')],
    'is a variable of some hosts': [
      entry('postgres', 'per_host:', '  mon-a:', '    environment: { 1DSN: s3cret-dsn }'),
    ],
    'is a variable where the text is no YAML': [entry('postgres', 'environment:', '  DSN: "s3cret-dsn')],
    'is such a variable in braces': [entry('postgres', 'environment: { DSN: "s3cret-dsn }')],
    'is a config where the text is no YAML': [
      entry('snmp', 'config:', '  auths:', '    a: { community: "s3cret }'),
    ],
    'is the query of a URL': [
      entry('mine', 'port: 9999', 'program: "https://example.net/mine?sig=s3cret"'),
      {},
    ],
    'is a config of which one key is written twice': [
      entry('snmp', 'config:', '  a: { community: s3cret }', '  a: { community: s3cret }'),
    ],
  }
  for (const [name, [text, files]] of Object.entries(cases)) {
    it(name, async () => {
      const { problems } = await read(text, files)
      assert.ok(problems.length > 0 && problems[0]?.source, JSON.stringify(problems))
      assert.doesNotMatch(JSON.stringify(problems), /s3cret/)
    })
  }

  it('leaves other lines as they are', async () => {
    const { problems } = await read(entry('snmp', 'config: none.yml'))
    assert.equal(problems[0]?.source?.text, '        config: none.yml')
  })
})

describe('variables', () => {
  const secretsOf = async (...lines: readonly string[]) => {
    const { inventory, problems } = await read(entry('postgres', ...lines))
    return inventory?.secrets ?? assert.fail(JSON.stringify(problems))
  }

  it('are masked whatever they are called, on all hosts and on some', async () => {
    const found = await secretsOf(
      'environment: { DSN: host=db us=a, PIN: 00123456 }',
      'per_host: { mon-a: { environment: { OTHER: of-this-host } } }',
    )
    assert.deepEqual([...found].sort(), ['00123456', 'host=db us=a', 'of-this-host'])
  })

  it('are not masked if they are short or a name of the site, unless they are called a secret', async () => {
    const found = await secretsOf(
      'environment: { A: 1, B: true, C: info, USER: prometheus, D: postgres, HOST: mon-a, PASSWORD: p1 }',
    )
    assert.deepEqual(found, ['p1'])
  })

  it('are masked as they are written to the host', () => {
    const said = 'X="a$1\\$c\\`d\\\\e\\"f"'
    assert.equal(redact(said, ['a$1$c`d\\e"f']), said)
    assert.equal(redact('X="a\\$1\\$c\\`d\\\\e\\"f"', ['a$1$c`d\\e"f']), 'X="****"')
  })

  it('keep the placeholder of a reference, and mask all around a secret', async () => {
    process.env.PROMHA_TEST_DSN = 'pw-1'
    try {
      const text = entry('postgres', 'environment: { DSN: "db=${env:PROMHA_TEST_DSN}" }')
      const { inventory } = await read(text)
      assert.deepEqual(inventory?.secrets, ['pw-1', 'db=pw-1'])
      assert.deepEqual((await read(text, {}, { secrets: false })).inventory?.secrets, [])
    } finally {
      delete process.env.PROMHA_TEST_DSN
    }
  })
})

describe('a number', () => {
  const odd = ['00123456', '1.10', '0x1F', '123456789012345678901234', '1e3']

  it('is a variable as it is written', async () => {
    const lines = odd.map((value, index) => `V${index}: ${value}`)
    const { inventory } = await read(entry('postgres', `environment: { ${lines.join(', ')} }`))
    const settings = inventory?.cells[0]?.exporters?.postgres_exporter ?? assert.fail()
    assert.deepEqual(Object.values(wordsOn(settings, 'mon-a').environment ?? {}), odd)
  })

  it('is a flag as it is written, alone and in a list', async () => {
    const { inventory } = await read(
      entry(
        'postgres',
        `flags: { a: 1.10, b: [${odd.join(', ')}] }`,
        'per_host: { mon-a: { flags: { a: 007 } } }',
      ),
    )
    const settings = inventory?.cells[0]?.exporters?.postgres_exporter ?? assert.fail()
    assert.deepEqual(settings.flags, { a: '1.10', b: odd })
    assert.deepEqual(wordsOn(settings, 'mon-a').flags, { a: '007', b: odd })
  })

  it('is a parameter of a probe as it is written', async () => {
    const { inventory } = await read(
      entry('snmp', 'config: { a: {} }', 'probes: [{ targets: [a], module: 007, auth: 1.10 }]'),
    )
    const [probe] = inventory?.cells[0]?.exporters?.snmp_exporter?.probes ?? []
    assert.deepEqual(probe?.parameters, { module: '007', auth: '1.10' })
  })

  it('is a limit of memory as it is written', async () => {
    const { problems } = await read(entry('postgres', 'limits: { memory: 0x10 }'))
    assert.match(problems[0]?.summary ?? '', /saw "0x10"$/)
  })
})
