import assert from 'node:assert/strict'
import { assemble } from '../../../src/cli/assemble.ts'
import { candidatesFor } from '../../../src/cli/completion/candidates.ts'

const program = await assemble(() => true, '0')
const asked: (string | undefined)[] = []

async function complete(...words: readonly string[]) {
  const found = await candidatesFor(program, words, async inventory => {
    asked.push(inventory)
    return { hosts: ['mon-a', 'mon-b'], groups: ['apps'], cells: ['eu', 'us'] }
  })
  return found.kind === 'words' ? found.words.map(({ word }) => word) : found.kind
}

describe('candidates of completion', () => {
  const cases: readonly (readonly [words: readonly string[], expected: string | readonly string[]])[] = [
    [['ap'], ['apply']],
    [['comp'], ['completion']],
    [
      ['schedule', ''],
      ['install', 'status', 'remove', 'help'],
    ],
    [['help', 'app'], ['apply']],
    [['aply', ''], []],
    [['apply', '--lim'], ['--limit']],
    [['apply', '-l', 'x', '--l'], ['--lock-timeout']],
    [['apply', '--only', 'a', '--on'], ['--only']],
    [['plan', '--diff', '--no'], []],
    [['plan', '--sched'], []],
    [['plan', ''], 'files'],
    [['plan', 'inventory.yml', ''], []],
    [['plan', '--out', ''], 'files'],
    [['plan', '--out=x'], 'files'],
    [['plan', '--diff=full', ''], 'files'],
    [['plan', '--diff', '=', 'full', ''], 'files'],
    [['plan', '--diff='], ['full']],
    [['plan', '--out=x', '--ou'], []],
    [['lab', 'up', '--dir', 'x'], 'directories'],
    [['plan', '--', '-x'], 'files'],
    [
      ['validate', '--format', ''],
      ['text', 'github'],
    ],
    [['validate', '--format=g'], ['github']],
    [
      ['validate', '--format', '='],
      ['text', 'github'],
    ],
    [['validate', '--format', '=', 'g'], ['github']],
    [['apply', '--skip', 'alertm'], ['alertmanager']],
    [['apply', '--only=alertmanager,pushg'], ['alertmanager,pushgateway']],
    [
      ['artifacts', 'fetch', '--arch', 'amd64,ar'],
      ['amd64,arm64', 'amd64,armv7'],
    ],
    [
      ['plan', '--limit', ''],
      ['eu', 'us', 'apps', 'mon-a', 'mon-b'],
    ],
    [
      ['plan', '--limit', 'eu,!mon-'],
      ['eu,!mon-a', 'eu,!mon-b'],
    ],
    [['plan', '--limit', '!mon-a,mon-'], ['!mon-a,mon-b']],
    [['apply', '--canary', 'e'], ['eu']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['apply', '--lock-timeout', ''], []],
  ]
  for (const [words, expected] of cases)
    it(words.join(' '), async () => assert.deepEqual(await complete(...words), expected))

  it('reads the inventory that was named, and only where a name may stand', async () => {
    asked.length = 0
    await complete('apply', '--only', '')
    await complete('apply', '--')
    assert.deepEqual(asked, [])
    await complete('apply', '-f', '3', 'site.yml', '--limit', '')
    await complete('apply', '--limit=')
    assert.deepEqual(asked, ['site.yml', undefined])
  })

  it('says what each flag means, in one line', async () => {
    const found = await candidatesFor(program, ['apply', '-'], async () => assert.fail())
    assert.ok(found.kind === 'words' && found.words.length > 10)
    assert.deepEqual(
      found.words.filter(({ text = '' }) => text === ''),
      [],
    )
  })
})
