/** The script that copies Grafana's database before another version uses it, run as its unit runs it. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { renderTemplate } from '../../../roles/text/render.ts'

describe("Grafana's database", () => {
  const script = renderTemplate('grafana', 'grafana-database.sh', {})
  let data = ''
  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), 'promha-grafana-'))
  })
  afterEach(() => rmSync(data, { recursive: true }))

  const run = (action: 'check' | 'start', version: string) => {
    const { status, stderr } = spawnSync('/bin/sh', ['-c', script, 'grafana-database', action, data, version])
    return { status, said: stderr.toString() }
  }
  const write = (text: string) => writeFileSync(join(data, 'grafana.db'), text)
  const read = (path = 'grafana.db') => readFileSync(join(data, path), 'utf8')
  /** The Grafana of that version is started, and leaves its mark. */
  const ran = (version: string) => {
    assert.deepEqual(run('start', version), { status: 0, said: '' })
    write(`of ${version}`)
  }

  it('is new at first, and stays as it is at every further start', () => {
    ran('13.0.1')
    ran('13.0.1')
    assert.equal(read(), 'of 13.0.1')
    assert.ok(!existsSync(join(data, 'promha-copies')))
  })

  it('is copied before a newer one, with what belongs to it', () => {
    ran('13.0.1')
    writeFileSync(join(data, 'grafana.db-wal'), 'log')
    ran('13.10.0')
    assert.equal(read('promha-copies/13.0.1/grafana.db'), 'of 13.0.1')
    assert.equal(read('promha-copies/13.0.1/grafana.db-wal'), 'log')
    assert.equal(read(), 'of 13.10.0')
  })

  it('is the copy again before an older one, and that of the newer one is kept', () => {
    ran('13.9.0')
    ran('13.10.0')
    writeFileSync(join(data, 'grafana.db-wal'), 'of the newer one')
    assert.deepEqual(run('check', '13.9.0'), { status: 0, said: '' })
    assert.equal(read(), 'of 13.10.0')
    assert.equal(run('start', '13.9.0').status, 0)
    assert.equal(read(), 'of 13.9.0')
    assert.ok(!existsSync(join(data, 'grafana.db-wal')))
    assert.equal(read('promha-copies/13.10.0/grafana.db'), 'of 13.10.0')
    // And forward once more.
    assert.equal(run('start', '13.10.0').status, 0)
    assert.equal(read(), 'of 13.9.0')
  })

  for (const action of ['check', 'start'] as const)
    it(`is not given to an older one without a copy (${action})`, () => {
      ran('13.10.0')
      const { said, status } = run(action, '13.9.0')
      assert.equal(status, 1)
      assert.match(
        said,
        /last used by Grafana 13\.10\.0, and there is no copy from before that for Grafana 13\.9\.0/,
      )
      assert.equal(read(), 'of 13.10.0')
      assert.equal(run('start', '13.10.0').status, 0)
    })

  it('does not grow without end', () => {
    for (const version of ['9.0.0', '10.0.0', '11.0.0', '12.0.0', '13.0.0', '14.0.0']) ran(version)
    assert.deepEqual(readdirSync(join(data, 'promha-copies')).sort(), ['11.0.0', '12.0.0', '13.0.0'])
  })

  it('is what another tool left, whatever version that was', () => {
    write('found')
    ran('13.0.1')
    assert.equal(run('check', '12.0.0').status, 1)
  })

  it('reads no note through a link', () => {
    ran('13.0.1')
    rmSync(join(data, 'promha-version'))
    writeFileSync(join(data, 'secret'), '99.0.0')
    symlinkSync(join(data, 'secret'), join(data, 'promha-version'))
    assert.deepEqual(run('check', '13.0.1'), { status: 0, said: '' })
  })
})
