import assert from 'node:assert/strict'
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withLock } from '../../../src/lab/lock.ts'
import { problemsOf } from '../../artifact/support.ts'
import { requireRoot } from '../support/root.ts'
import { stranger } from '../support/stranger.ts'

describe('the lab’s lock of another user', () => {
  before(requireRoot)
  let shared: string
  beforeEach(() => {
    shared = mkdtempSync(join(tmpdir(), 'promha-lock-'))
    // As /run/lock is.
    chmodSync(shared, 0o1777)
  })
  afterEach(() => rmSync(shared, { recursive: true, force: true }))
  const locks = () => join(shared, 'promha-lab')

  async function refused() {
    let done = false
    const work = async () => {
      done = true
    }
    const [problem] = await problemsOf(withLock('labs', work, locks()))
    assert.equal(done, false)
    return problem
  }

  it('is made, and held, if it is ours', async () => {
    assert.equal(await withLock('labs', async () => existsSync(join(locks(), 'labs')), locks()), true)
    assert.equal(await withLock('labs', async () => 'again', locks()), 'again')
  })

  it('holds nothing, so that no work is done under it', async () => {
    mkdirSync(locks())
    chownSync(locks(), stranger, stranger)
    const problem = await refused()
    assert.match(problem?.summary ?? '', /^the lab's lock cannot be used: .*promha-lab belongs to uid 61234$/)
    assert.match(problem?.remedy ?? '', /chown 0 /)
    chownSync(locks(), 0, 0)
    writeFileSync(join(locks(), 'labs'), '')
    chownSync(join(locks(), 'labs'), stranger, stranger)
    assert.match((await refused())?.summary ?? '', /labs belongs/)
  })

  it('is not reached by a link of theirs', async () => {
    mkdirSync(join(shared, 'elsewhere'))
    symlinkSync(join(shared, 'elsewhere'), locks())
    lchownSync(locks(), stranger, stranger)
    await refused()
    rmSync(locks())
    symlinkSync(join(shared, 'missing'), locks())
    lchownSync(locks(), stranger, stranger)
    await refused()
    assert.equal(existsSync(join(shared, 'missing')), false)
  })
})
