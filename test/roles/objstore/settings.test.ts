import assert from 'node:assert/strict'
import { objstoreText } from '../../../roles/objstore/settings.ts'
import { inlineObjstore, placesOf, readObjstore } from './said.ts'

const s3 = (...lines: readonly string[]) =>
  ['type: S3', 'config:', ...lines.map(line => `  ${line}`), ''].join('\n')
const whole = ['bucket: b', 'endpoint: s3.example.net']

const errors: Readonly<Record<string, { text: string; summary: RegExp; remedy?: RegExp; hosts?: string[] }>> =
  {
    'an unknown key': {
      text: s3('§buket: b', 'endpoint: s3.example.net'),
      summary: /^unknown key "buket" in config of objstore$/,
      remedy: /^Did you mean "bucket"\?$/,
    },
    'an unknown key at the top': {
      text: `${s3(...whole)}§prefx: a\n`,
      summary: /^unknown key "prefx" in objstore$/,
      remedy: /prefix/,
    },
    'an unknown key deep inside': {
      text: s3(...whole, 'http_config:', '  tls_config: { §cafile: /etc/ca.pem }'),
      summary: /^unknown key "cafile" in config\.http_config\.tls_config of objstore$/,
      remedy: /"ca_file"/,
    },
    'a wrong type': {
      text: s3(...whole, 'insecure: §"true"'),
      summary: /^config\.insecure of objstore: expected true or false, saw the text "true"$/,
    },
    'a number that is none': {
      text: s3(...whole, 'part_size: §64MB'),
      summary: /expected a number, saw the text "64MB"$/,
    },
    'a duration without a unit': {
      text: s3(...whole, 'http_config: { idle_conn_timeout: §90 }'),
      summary: /expected a duration like 90s, saw the number 90$/,
    },
    'a word that is none of those possible': {
      text: s3(...whole, 'bucket_lookup_type: §dns'),
      summary: /expected auto or virtual-hosted or path, saw the text "dns"$/,
    },
    'a list where a map belongs': {
      text: s3(...whole, 'http_config: §[a]'),
      summary: /^config\.http_config of objstore: expected a map, saw a list$/,
    },
    'no bucket': {
      text: `type: S3\nconfig: §{ endpoint: s3.example.net }\n`,
      summary: /^objstore has no config\.bucket$/,
    },
    'no endpoint': { text: `type: S3\nconfig: §{ bucket: b }\n`, summary: /has no config\.endpoint$/ },
    'no config': { text: '§type: S3\n', summary: /has no config$/ },
    'no type': { text: '§config: { bucket: b }\n', summary: /has no type$/ },
    'a type that there is not': {
      text: 'type: §S4\nconfig: { bucket: b }\n',
      summary: /^unknown type "S4" of objstore$/,
      remedy: /"S3"/,
    },
    'an endpoint with a scheme': {
      text: s3('bucket: b', 'endpoint: §https://s3.example.net'),
      summary: /^the endpoint of objstore/,
    },
    'a key without its secret': {
      text: s3(...whole, 'access_key: §a'),
      summary: /^objstore has access_key without secret_key$/,
    },
    'a secret without its key': {
      text: s3(...whole, 'secret_key: §a'),
      summary: /^objstore has secret_key without access_key$/,
    },
    'two ways to log in': {
      text: s3(...whole, 'aws_sdk_auth: true', 'access_key: §a', 'secret_key: b'),
      summary: /both aws_sdk_auth and access_key$/,
    },
    'a directory that several hosts use': {
      text: 'type: §FILESYSTEM\nconfig: { directory: /srv/b }\n',
      summary: /is a directory, and several hosts use it: c1, c2$/,
      hosts: ['c1', 'c2'],
    },
  }

describe('objstore', () => {
  for (const [what, { text, summary, remedy, hosts }] of Object.entries(errors))
    it(`refuses ${what}`, () => {
      const { problems, seen, expected } = placesOf(text, hosts ? { hosts } : {})
      assert.deepEqual(seen, expected, problems.map(one => one.summary).join('\n'))
      assert.match(problems[0]?.summary ?? '', summary)
      if (remedy) assert.match(problems[0]?.remedy ?? '', remedy)
    })

  it('says what is wrong all at once', () => {
    const { problems } = readObjstore(s3('bucket: b', 'endpoint: e', 'insecure: 1', 'part_size: x', 'zz: 1'))
    assert.equal(problems.length, 3)
  })

  it('is what the user wrote, in the file for Thanos', () => {
    const text = s3('bucket: 0012', 'endpoint: "s3.example.net:9000"', 'secret_key: s', 'access_key: a')
    const { objstore, problems } = readObjstore(text)
    assert.deepEqual(problems, [])
    assert.ok(objstore)
    assert.match(objstoreText(objstore), /^ {2}bucket: 0012$/m)
    assert.match(objstoreText(objstore), /^ {2}secret_key: s$/m)
  })

  it('stands inline, too', () => {
    const { objstore, problems } = inlineObjstore(
      'objstore: { type: gcs, prefix: /x/, config: { bucket: b } }',
    )
    assert.deepEqual(problems, [])
    assert.equal(objstore?.type, 'GCS')
    assert.equal(objstore?.prefix, 'x')
  })

  it('is missed where it is needed', () => {
    const { problems } = inlineObjstore('hosts: [c1]')
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['objstore.none'],
    )
  })

  it('has its secrets masked, whatever their keys are called', () => {
    const of = (text: string) => [...readObjstore(text).secrets].toSorted()
    assert.deepEqual(of(s3(...whole, 'access_key: id', 'secret_key: 00123', 'session_token: tt')), [
      '00123',
      'tt',
    ])
    const azure = 'storage_account: n, container: c, storage_account_key: kk, storage_connection_string: cc'
    assert.deepEqual(of(`type: AZURE\nconfig: { ${azure} }\n`), ['cc', 'kk'])
    assert.deepEqual(of('type: GCS\nconfig: { bucket: b, service_account: "{}x" }\n'), ['{}x'])
    assert.deepEqual(of('type: OCI\nconfig: { bucket: b, privatekey: kk, passphrase: pp }\n'), ['kk', 'pp'])
  })

  it('shows no line that holds a secret', () => {
    const { problems } = readObjstore(
      'type: AZURE\nconfig: { storage_account: n, container: c, storage_account_key: hush, max_retries: x }\n',
    )
    assert.equal(problems.length, 1)
    assert.equal(problems[0]?.source?.text, undefined)
  })

  it('says if it comes from outside the directory of the inventory', () => {
    assert.equal(readObjstore(s3(...whole), { outside: true }).objstore?.outside, true)
    assert.equal(readObjstore(s3(...whole)).objstore?.outside, undefined)
  })
})
