import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { startS3 } from '../../../bench/stores/s3.ts'
import type { Ground } from '../../../bench/stores/sites/definition.ts'

/** A loopback address that no other test listens on. */
const address = `127.${1 + (process.pid % 250)}.77.9`

describe('the S3 server of a lab', () => {
  let directory: string
  let server: Server
  let late: NodeJS.Timeout

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'promha-s3-'))
    await mkdir(join(directory, 'root/usr/local/bin'), { recursive: true })
    await writeFile(join(directory, 'gofakes3'), 'the program')
  })
  after(async () => {
    clearTimeout(late)
    server?.close()
    await rm(directory, { recursive: true, force: true })
  })

  it('is a program of its host, and is awaited until it has its buckets', async () => {
    const scripts: string[] = []
    let asked = 0
    const inside = async (host: string, script: string) => {
      scripts.push(`${host}: ${script}`)
      server = createServer((_, response) => {
        asked += 1
        const known = asked < 3 ? ['one'] : ['one', 'two']
        response.end(known.map(name => `<Bucket><Name>${name}</Name></Bucket>`).join(''))
      })
      // The unit counts as started before its program listens.
      late = setTimeout(() => server.listen(9900, address), 300)
      return ''
    }
    const host = () => ({ root: join(directory, 'root'), address })
    const ground = { fleet: { inside, host }, programOf: async () => directory } as unknown as Ground
    assert.equal(await startS3(ground, 'mon-a', ['one', 'two']), `${address}:9900`)
    assert.equal(asked, 3)
    const [script = ''] = scripts
    assert.match(
      script,
      /^mon-a: systemd-run .*--unit=stores-s3 \/usr\/local\/bin\/stores-s3 127\..*:9900 one two$/,
    )
    assert.equal(await readFile(join(directory, 'root/usr/local/bin/stores-s3'), 'utf8'), 'the program')
  })
})
