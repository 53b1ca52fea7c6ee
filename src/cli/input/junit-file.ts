/** `--junit FILE` */
import { lstat, open, stat } from 'node:fs/promises'
import { ProblemError } from '../../diagnostic/problem.ts'
import { findForeign, trustedOwners } from '../../trust/ours.ts'
import { readPlainText } from '../../trust/plain-file.ts'
import { replaceFile, tryReplace } from '../../trust/replace-file.ts'
import { cliProblem } from '../messages.ts'

/** Bytes; a report of two thousand hosts has a few megabytes. */
const largest = 256 * 1024 * 1024

/** Finds out early whether the file can be written; only an earlier report is replaced. Rejects with a ProblemError. */
export async function openJunit(file: string): Promise<(xml: string) => Promise<void>> {
  const [found, target] = await Promise.all([lstat(file), stat(file)].map(one => one.catch(() => undefined)))
  if (found !== undefined && target !== undefined && !target.isFile() && !target.isDirectory())
    return openSink(file)
  if (found?.isSymbolicLink()) throw refused(file, 'it is a link')
  if (found?.isDirectory()) throw refused(file, 'it is a directory')
  if (found?.isFile() && found.size > 0) await refuseOther(file)
  await tryReplace(file).catch(refuse(file))
  return xml => replaceFile(file, xml, 0o666 & ~process.umask()).catch(refuse(file))
}

/** A pipe or a device, `/dev/stdout` for one, takes whatever is written to it. */
async function openSink(file: string): Promise<(xml: string) => Promise<void>> {
  const foreign = findForeign(file)
  if (foreign !== undefined && !(await isOwnDevice(foreign.path)))
    throw refused(file, `${foreign.path} ${foreign.why}`)
  return async xml => {
    // Waits for a reader: what is written to a pipe without one is lost.
    const handle = await open(file, 'a').catch(refuse(file))
    const written = handle.writeFile(xml).catch(refuse(file))
    await written.finally(() => handle.close())
  }
}

/** Others may write to a device of root's, or to this terminal, as they like. */
async function isOwnDevice(path: string): Promise<boolean> {
  const found = await lstat(path)
  return trustedOwners().has(found.uid) && !found.isDirectory() && !found.isFile() && !found.isSymbolicLink()
}

async function refuseOther(file: string): Promise<void> {
  const text = await readPlainText(file, largest).catch(refuse(file))
  if (text !== undefined && /^<\?xml[^>]*>\s*<testsuites?\b/.test(text.slice(0, 512))) return
  throw new ProblemError([cliProblem.noJunitReport({}, file)])
}

function refused(file: string, why: string): ProblemError {
  return new ProblemError([cliProblem.junitUnwritable({}, file, why)])
}

const refuse = (file: string) => (cause: Error) => {
  throw refused(file, cause.message)
}
