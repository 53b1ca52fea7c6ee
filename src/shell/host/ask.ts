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

/** Some programs show people a page, and tell the same as JSON to those who prefer that. */
export const acceptHeader = 'application/json, */*'

const response = 'response'

/** Answers `no tool` if the host has none. HTTP/1.0, so that no answer comes in chunks. Sections: the tool, the raw response. */
export function askScript(
  seconds: number,
  { address, port }: Endpoint,
  path: string,
): Script<Answer | 'no tool'> {
  const host = joinHostPort({ address, port })
  const url = quote(`http://${host}${path}`)
  const header = quote(`Accept: ${acceptHeader}`)
  const raw =
    'exec 3<>"/dev/tcp/$1/$2" || exit 7; printf "GET %s HTTP/1.0\\r\\nHost: %s\\r\\nAccept: %s\\r\\nConnection: close\\r\\n\\r\\n" "$3" "$4" "$5" >&3; cat <&3'
  const lines = (nonce: string) => {
    const by = (tool: string) => `  ${begin(nonce, tool)}; ${begin(nonce, response)}`
    return [
      'unset http_proxy HTTP_PROXY all_proxy ALL_PROXY',
      'if command -v curl >/dev/null 2>&1; then',
      `${by('curl')}; curl -q -g -sS -i -0 -H ${header} -m ${seconds} ${url}`,
      'elif command -v wget >/dev/null 2>&1; then',
      // wget's exit status 8 is only "answered with an error status", which the head tells better.
      `${by('wget')}; wget -nv --no-config -t 1 -T ${seconds} --save-headers --header=${header} --content-on-error -O - ${url} || [ $? = 8 ]`,
      'elif command -v bash >/dev/null 2>&1; then',
      `${by('bash')}; timeout ${seconds} bash --norc -c ${quote(raw)} bash ${quote(address)} ${port} ${quote(path)} ${quote(host)} ${quote(acceptHeader)}`,
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
