/** `--junit FILE` */
import { open, stat, writeFile } from 'node:fs/promises'
import { error, ProblemError } from '../diagnostic/problem.ts'

/**
 * Finds out before any work whether the file can be written, and replaces none but an earlier report. Rejects with a
 * ProblemError.
 */
export async function openJunit(file: string): Promise<(xml: string) => Promise<void>> {
  await refuseOther(file)
  const handle = await open(file, 'a').catch(refuse(file))
  await handle.close()
  return xml => writeFile(file, xml).catch(refuse(file))
}

/** What is no plain file, a pipe for one, takes whatever is written to it. */
async function refuseOther(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined)
  if (!found?.isFile() || found.size === 0) return
  const handle = await open(file, 'r').catch(refuse(file))
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(512), 0, 512, 0).finally(() => handle.close())
  if (/^<\?xml[^>]*>\s*<testsuites?\b/.test(buffer.toString('utf8', 0, bytesRead))) return
  throw new ProblemError([
    error(`${file} is there already and is no JUnit report, so it is not replaced`, {
      remedy: 'name another file, or remove this one first',
    }),
  ])
}

const refuse = (file: string) => (cause: Error) => {
  throw new ProblemError([
    error(`${file}: the JUnit file cannot be written: ${cause.message}`, {
      remedy: 'name a file in a directory that exists and can be written to',
    }),
  ])
}
