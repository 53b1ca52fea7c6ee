/** `--junit FILE` */
import { open, writeFile } from 'node:fs/promises'
import { error, ProblemError } from '../diagnostic/problem.ts'

/** Finds out before any work whether the file can be written. Rejects with a ProblemError. */
export async function openJunit(file: string): Promise<(xml: string) => Promise<void>> {
  const handle = await open(file, 'a').catch(refuse(file))
  await handle.close()
  return xml => writeFile(file, xml).catch(refuse(file))
}

const refuse = (file: string) => (cause: Error) => {
  throw new ProblemError([
    error(`${file}: the JUnit file cannot be written: ${cause.message}`, {
      remedy: 'name a file in a directory that exists and can be written to',
    }),
  ])
}
