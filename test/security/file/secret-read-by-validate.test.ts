// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the inventory's own references look so
/** `validate` is run on what nobody has read yet: it looks whether secrets are there, and reads none of them. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prometheus, read } from '../../inventory/harness.ts'

describe('a secret that validate would read', () => {
  let directory = ''
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'promha-secret-'))
    process.env.PROMHA_TEST_SECRET = 's3cret-of-env'
  })
  after(() => {
    rmSync(directory, { recursive: true })
    delete process.env.PROMHA_TEST_SECRET
  })
  const holding = (reference: string) =>
    prometheus(`remote_write: [{ url: "http://x/", bearer_token: "${reference}" }]`)
  const twice = (reference: string) => `${holding(reference)}ssh: { sudo: { password: "${reference}" } }\n`

  it('is replaced by a placeholder, whichever kind it is of', async () => {
    const file = join(directory, 'token')
    writeFileSync(file, 's3cret-of-file')
    for (const reference of [`\${file:${file}}`, '${env:PROMHA_TEST_SECRET}', '${cmd:echo s3cret-of-cmd}']) {
      const { inventory, problems } = await read(holding(reference), {}, { secrets: false })
      assert.deepEqual(problems, [])
      assert.doesNotMatch(JSON.stringify(inventory), /s3cret/)
      assert.equal(inventory?.cells[0]?.prometheus?.remoteWrite[0]?.bearer_token, 'placeholder-1')
      assert.match(JSON.stringify((await read(holding(reference))).inventory), /s3cret/)
    }
  })

  it('is not even opened: a pipe that nobody writes to holds up nothing', async () => {
    const pipe = join(directory, 'pipe')
    execFileSync('mkfifo', [pipe])
    const { inventory } = await read(holding(`\${file:${pipe}}`), {}, { secrets: false })
    assert.equal(inventory?.placeholders, true)
  })

  it('is warned of where it is missing, which is an error elsewhere', async () => {
    for (const [reference, why] of [
      ['${env:PROMHA_TEST_NONE}', 'the environment variable is not set'],
      ['${file:none}', 'the file does not exist'],
    ] as const) {
      for (const [secrets, severity] of [
        [false, 'warning'],
        [true, 'error'],
      ] as const) {
        const { problems } = await read(holding(reference), {}, { secrets })
        assert.deepEqual(
          problems.map(problem => [problem.severity, problem.summary, problem.source?.line]),
          [[severity, `"${reference}": ${why}`, 10]],
        )
      }
      // One warning does for all places.
      assert.equal((await read(twice(reference), {}, { secrets: false })).problems.length, 1)
    }
  })
})
