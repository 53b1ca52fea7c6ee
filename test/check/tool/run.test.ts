/** The limits on tools that run on this machine. The tools are scripts that say and do what upstream's would. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toolShares } from '../../../src/check/tool/bounds.ts'
import { createTools, refuses, whyNot } from '../../../src/check/tool/run.ts'

const gibibyte = 1024 ** 3
const shares = { memory: gibibyte, together: 2 }

describe('a tool on this machine', function () {
  this.timeout(30_000)
  let directory = ''
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'promha-tool-'))
  })
  afterEach(() => rmSync(directory, { recursive: true }))
  const script = (text: string) => {
    const path = join(directory, 'tool')
    writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 })
    return path
  }

  it('gets its share of the memory, and leaves no image of it', async () => {
    const { all } = await createTools({ shares }).at(script('ulimit -d; ulimit -c'))([], directory)
    assert.equal(all, `${gibibyte / 1024}\n0`)
  })

  it('refuses nothing if it gets no more memory', async () => {
    for (const said of [
      'fatal error: runtime: out of memory',
      'runtime: out of memory: cannot allocate 507510784-byte block (1 in use)',
      'fatal error: out of memory allocating heap arena map',
      'runtime/cgo: pthread_create failed: Resource temporarily unavailable',
    ]) {
      const text = `echo 'Checking rules/1.yml'; echo '${said}' >&2; exit 2`
      const result = await createTools({ shares }).at(script(text))([], directory)
      assert.equal(refuses(result), false)
      assert.equal(whyNot(result), 'it needs more than 1024 MiB of memory')
    }
    const result = await createTools({ shares }).at(script("echo 'x: out of memory'; exit 1"))([], directory)
    assert.equal(refuses(result), true)
  })

  it('refuses nothing if it cannot be started, or says too much', async () => {
    const { at } = createTools({ shares })
    const absent = await at(join(directory, 'none'))([], directory)
    writeFileSync(join(directory, 'closed'), '#!/bin/sh\n')
    const closed = await at(join(directory, 'closed'))([], directory)
    const loud = await at(script('exec yes'))([], directory)
    assert.deepEqual([absent, closed, loud].map(refuses), [false, false, false])
    assert.match(whyNot(absent), /ENOENT/)
    assert.match(whyNot(closed), /Permission denied/)
    assert.equal(whyNot(loud), 'it says more than 4 million characters')
  })

  it('shares the time of all tools, after which none is started', async () => {
    const tools = createTools({ shares: { memory: gibibyte, together: 1 }, time: 1_000 })
    const run = tools.at(script(`echo x >>${directory}/started; exec sleep 60`))
    const began = performance.now()
    const results = await Promise.all([run([], directory), run([], directory)])
    assert.ok(performance.now() - began < 20_000)
    assert.deepEqual(results.map(refuses), [false, false])
    assert.equal(tools.late(), true)
    assert.equal(readFileSync(join(directory, 'started'), 'utf8'), 'x\n')
  })

  it('waits for its turn', async () => {
    const { at } = createTools({ shares: { memory: gibibyte, together: 1 } })
    const run = at(
      script(`mkdir ${directory}/turn || touch ${directory}/met; sleep 0.2; rmdir ${directory}/turn`),
    )
    await Promise.all([run([], directory), run([], directory), run([], directory)])
    assert.equal(existsSync(join(directory, 'met')), false)
  })

  it('has 2 GiB at most, and all of them half of the memory', () => {
    assert.deepEqual(toolShares(64 * gibibyte, 4), { memory: 2 * gibibyte, together: 8 })
    assert.deepEqual(toolShares(8 * gibibyte, 4), { memory: 2 * gibibyte, together: 2 })
    assert.deepEqual(toolShares(gibibyte, 4), { memory: gibibyte / 2, together: 1 })
  })
})
