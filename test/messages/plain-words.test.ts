/** Every message avoids turns of phrase that a tired reader, or one whose first language is another, has to read twice. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const riddles = [
  /\b(?:is|are|was|were) no (?!longer|more)[a-z]+/i,
  /\bnobody\b/i,
  /\bwhoever\b/i,
  /\bby itself\b/i,
  /\banew\b/i,
  /\bin vain\b/i,
  /\bat work\b/i,
  /\bpromha came\b/i,
  /\bcannot be had\b/i,
  /\btells? of\b/i,
  /\bbring about\b/i,
  /\bvouch/i,
]
/** "There is no X" is plain. */
const plain = /\bthere (?:is|are|was|were) no\b/gi

const snapshots = join(import.meta.dirname, 'snapshots')

describe('the words of messages', () => {
  for (const room of readdirSync(snapshots))
    it(`are plain: ${room}`, () => {
      const lines = readFileSync(join(snapshots, room), 'utf8').split('\n')
      const told = lines.filter(line => riddles.some(riddle => riddle.test(line.replace(plain, ''))))
      assert.deepEqual(told, [])
    })
})
