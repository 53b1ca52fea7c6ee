/** Logins by one line: straight to one sshd, or through one jump host. */
import { createLimit } from '../limit.ts'
import { LoginError } from './failure.ts'

/** Runs a login when its turn on the line comes. */
type Line = <Result>(login: () => Promise<Result>) => Promise<Result>

/** sshd begins to turn logins away at 10 (MaxStartups 10:30:100). */
const loginsAtOnce = 8

/**
 * At most eight logins at once. Where `thins`, half as many after each that was cut in company: an sshd that turns some
 * away does so by chance, so many tries in the same crowd may all fail, and one alone never does.
 */
export function createLine(thins: boolean): Line {
  const limit = createLimit(loginsAtOnce)
  return login =>
    limit(async () => {
      try {
        return await login()
      } catch (cause) {
        const cut = cause instanceof LoginError && cause.again === 'cut'
        if (thins && cut && limit.activeCount > 1) limit.concurrency = Math.ceil(limit.concurrency / 2)
        throw cause
      }
    })
}
