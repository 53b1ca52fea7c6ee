/** A bucket is tried through the sshd of a real host, whose words for what fails are known here only. */
import assert from 'node:assert/strict'
import { tryBucket } from '../../../roles/objstore/trial/run.ts'
import type { Connection } from '../../../src/ssh/connection.ts'
import { createDialer, type Dialer } from '../../../src/ssh/dialer.ts'
import { readObjstore } from '../../roles/objstore/said.ts'
import { id, type S3Server, secret, startS3 } from '../../roles/objstore/trial/s3-server.ts'
import { useLab } from '../support/lab.ts'

describe('the trial of a bucket on a real host', function () {
  this.timeout(120_000)
  const held = useLab({ name: 'bucket', hosts: 1 })
  let server: S3Server
  let dialer: Dialer
  /** This machine, as the lab's hosts reach it. */
  const here = () => (held.lab().hosts[0]?.address ?? '').replace(/\d+$/, '1')

  before(async () => {
    server = await startS3({ address: here() })
  })
  after(() => server?.close())
  beforeEach(() => {
    dialer = createDialer({ forks: 5 })
  })
  afterEach(() => dialer.close())

  function connected(): Promise<Connection> {
    const [host] = held.lab().hosts
    assert.ok(host)
    const ssh = { sudo: true, hostKey: 'strict' as const, config: held.lab().sshConfig }
    return dialer.connect({ name: host.name, address: host.address, labels: {}, ssh })
  }

  async function found(endpoint: string, bucket = 'b'): Promise<readonly string[]> {
    const config = `bucket: ${bucket}, endpoint: "${endpoint}", insecure: true, access_key: ${id}, secret_key: ${secret}`
    const { objstore } = readObjstore(`type: S3\nconfig: { ${config} }\n`)
    assert.ok(objstore)
    const findings = await tryBucket(objstore, { connection: await connected(), files: new Map() })
    return findings.map(one => one.problem('there').summary)
  }

  it('works, and leaves nothing', async () => {
    assert.deepEqual(await found(`${here()}:${server.port}`), [])
    assert.deepEqual([server.objects.size, server.asked.includes('DELETE')], [0, true])
  })

  it('tells a bucket that is not there, a port that is closed, and a name that is unknown', async () => {
    assert.match((await found(`${here()}:${server.port}`, 'none')).join(), /there is no such bucket$/)
    assert.match((await found(`${here()}:1`)).join(), /the server refuses the connection$/)
    assert.match((await found('s3.invalid:9000')).join(), /the name of the server cannot be resolved there$/)
  })

  it('is left to Thanos if sshd forwards nothing', async () => {
    const [host] = held.lab().hosts
    const config = '/etc/ssh/sshd_config.d/00-test.conf'
    await held.inside(host?.name ?? '', `echo 'AllowTcpForwarding no' > ${config}; systemctl restart ssh`)
    const summaries = await found(`${here()}:${server.port}`)
    assert.match(summaries.join(), /was not tried from there: the host's sshd does not forward connections$/)
  })
})
