/** Asks a program on its own host over HTTP, by whichever of curl, wget and bash there is. */

import type { Endpoint } from '../../inventory/model.ts'
import { joinHostPort } from '../../inventory/value/endpoint.ts'
import { largestAnswer, largestHead } from '../syntax/bounds.ts'
import { begin, type Sections } from '../syntax/frame.ts'
import { quote } from '../syntax/quote.ts'
import { endEarly, type Script, script } from '../syntax/script.ts'

/** The answer of a running program, asked over HTTP on its own host. */
export interface Answer {
  readonly status: number
  readonly body: string
}

/** What goes with a question besides its path. */
export interface Sent {
  readonly headers?: Readonly<Record<string, string>>
  /** JSON, which makes it a POST. Only what may be sent twice: a channel that was closed is opened anew. */
  readonly body?: string
}

/** Some programs show people a page, and tell the same as JSON to those who prefer that. */
export const acceptHeader = 'application/json, */*'

const response = 'response'

/** All headers but those of the connection; throws a RangeError for one that would be two. */
export function headersOf({ headers = {}, body }: Sent): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(headers))
    if (!/^[\w-]+$/.test(name) || !/^[\x20-\x7e]*$/.test(value)) throw new RangeError(`${name} is no header`)
  const type = body === undefined ? {} : { 'content-type': 'application/json' }
  return { accept: acceptHeader, ...type, ...headers }
}

/** Answers `no tool` if the host has none. HTTP/1.0, so that no answer comes in chunks. Sections: the tool, the raw response. */
export function askScript(
  seconds: number,
  { address, port }: Endpoint,
  { path, sent = {} }: { readonly path: string; readonly sent?: Sent | undefined },
): Script<Answer | 'no tool'> {
  const host = joinHostPort({ address, port })
  const url = quote(`http://${host}${path}`)
  const { body } = sent
  const headers = Object.entries(headersOf(sent)).map(([name, value]) => `${name}: ${value}`)
  const toCurl = [
    ...headers.map(one => `-H ${quote(one)}`),
    ...(body === undefined ? [] : [`--data-binary ${quote(body)}`]),
  ].join(' ')
  const toWget = [
    ...headers.map(one => `--header=${quote(one)}`),
    ...(body === undefined ? [] : [`--post-data=${quote(body)}`]),
  ].join(' ')
  const size = body === undefined ? [] : [`content-length: ${Buffer.byteLength(body)}`]
  const head = [
    `${body === undefined ? 'GET' : 'POST'} ${path} HTTP/1.0`,
    ...[`host: ${host}`, ...headers, ...size, 'connection: close', '', ''],
  ].join('\r\n')
  const raw = 'exec 3<>"/dev/tcp/$1/$2" || exit 7; printf %s "$3" >&3; cat <&3'
  const lines = (nonce: string) => {
    const by = (tool: string) => `  ${begin(nonce, tool)}; ${begin(nonce, response)}`
    return [
      'unset http_proxy HTTP_PROXY all_proxy ALL_PROXY',
      'if command -v curl >/dev/null 2>&1; then',
      `${by('curl')}; curl -q -g -sS -i -0 ${toCurl} -m ${seconds} ${url}`,
      'elif command -v wget >/dev/null 2>&1; then',
      // wget's exit status 8 is only "answered with an error status", which the head tells better.
      `${by('wget')}; wget -nv --no-config -t 1 -T ${seconds} --save-headers ${toWget} --content-on-error -O - ${url} || [ $? = 8 ]`,
      'elif command -v bash >/dev/null 2>&1; then',
      `${by('bash')}; timeout ${seconds} bash --norc -c ${quote(raw)} bash ${quote(address)} ${port} ${quote(`${head}${body ?? ''}`)}`,
      `else ${endEarly(nonce, 'none')}; fi || exit`,
      // A response need not end with a line end.
      'echo',
    ]
  }
  return script({
    ...{ name: 'ask', lines, parse, verbatim: response, root: false, timeout: 2000 * seconds },
    // The head, and what frames the answer.
    largest: largestAnswer + 2 * largestHead,
  })
}

function parse(found: Sections): Answer | 'no tool' | undefined {
  return found.has('none') ? 'no tool' : parseResponse(found.get(response)?.[0] ?? '')
}

/** A raw response; undefined if it is not a response, or its head is too long. */
export function parseResponse(raw: string): Answer | undefined {
  const head = /^HTTP\/[\d.]+ (\d{3})[^\n]*\n(?:[^\r\n]+\r?\n)*\r?\n/.exec(raw.slice(0, largestHead))
  return head ? { status: Number(head[1]), body: raw.slice(head[0].length) } : undefined
}
