import assert from 'node:assert/strict'
import { joinUrl, maskUrl, splitCredentials } from '../../../src/artifact/http/url.ts'

describe('artifact URLs', () => {
  it('hides credentials and queries', () => {
    assert.equal(
      maskUrl('https://me:secret@mirror.example.net/a?token=x'),
      'https://***@mirror.example.net/a?***',
    )
  })
  it('carries credentials in a header', () => {
    const { url, authorization } = splitCredentials('https://me:p%40ss@mirror.example.net/a')
    assert.equal(url, 'https://mirror.example.net/a')
    assert.equal(authorization, `Basic ${Buffer.from('me:p@ss').toString('base64')}`)
  })
  it('joins with one slash', () => {
    assert.equal(joinUrl('https://m.example.net/base/', 'a/b'), 'https://m.example.net/base/a/b')
    assert.equal(joinUrl('https://m.example.net', 'a/b'), 'https://m.example.net/a/b')
  })
  it('stays below the base, however the way out is written', () => {
    for (const way of ['../x', 'a/../../x', '%2e%2e/x', 'a/%2E./.%2e/x', 'a\\..\\..\\x', '.\t./x'])
      assert.throws(
        () => joinUrl('https://me:pw@m.example.net/base', way),
        /leads out of https:\/\/\*\*\*@m/,
        way,
      )
    assert.equal(joinUrl('https://m.example.net/base', 'a/%2e/?b#c'), 'https://m.example.net/base/a/%3Fb%23c')
  })
})
