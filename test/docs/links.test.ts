/** What a page links to is there: the file, and the heading that it names. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { root } from '../architecture/sources.ts'
import { docsPages, topPages } from './pages.ts'

const pages = [...topPages, ...docsPages]
const fences = /^( *)(```|~~~)[\s\S]*?^\1\2 *$/gm
const links = /\]\(([^()\s]+)\)/g

/** As GitHub makes them: repeated headings are numbered, which no page here needs. */
function anchorsOf(page: string): ReadonlySet<string> {
  const text = readFileSync(join(root, page), 'utf8').replace(fences, '')
  const headings = [...text.matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading = '']) => heading)
  return new Set(headings.map(anchorOf))
}

function anchorOf(heading: string): string {
  const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
  return words.replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-')
}

function brokenIn(page: string): readonly string[] {
  const text = readFileSync(join(root, page), 'utf8').replace(fences, '')
  const targets = [...text.matchAll(links)].map(([, target = '']) => target)
  return targets.filter(target => {
    if (/^[a-z]+:/.test(target)) return false
    const [path = '', anchor] = target.split('#')
    const file = path === '' ? page : normalize(join(dirname(page), decodeURI(path)))
    if (!existsSync(join(root, file))) return true
    return anchor !== undefined && !anchorsOf(file).has(anchor)
  })
}

describe('a page of the docs', () => {
  for (const page of pages)
    it(`links only to what is there: ${page}`, () => {
      assert.deepEqual(brokenIn(page), [])
    })
})
