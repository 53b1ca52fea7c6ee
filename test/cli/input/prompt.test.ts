/** A terminal is needed, so `script` makes one. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const code = `
import { askHidden } from ${JSON.stringify(fileURLToPath(new URL('../../../src/cli/input/prompt.ts', import.meta.url)))}
for (const name of ['first', 'second'])
  console.log(name, JSON.stringify(await askHidden('Passphrase: ').catch(cause => cause.message)))
`

describe('a hidden question', function () {
  this.timeout(30_000)

  it('takes the end of the input as an empty answer, and the next question is asked', async () => {
    const node = `node --import=tsx --input-type=module -e "$CODE"`
    const terminal = spawn('script', ['-qec', node, '/dev/null'], { env: { ...process.env, CODE: code } })
    const ended = once(terminal, 'close')
    let shown = ''
    let answered = 0
    terminal.stdout.on('data', chunk => {
      shown += chunk
      const asked = shown.split('Passphrase: ').length - 1
      if (asked <= answered) return
      answered = asked
      terminal.stdin.write(asked === 1 ? '\x04' : 'word\r')
    })
    await ended
    assert.match(shown, /first ""/)
    assert.match(shown, /second "word"/)
    assert.equal(shown.split('word').length, 2, shown)
  })
})
