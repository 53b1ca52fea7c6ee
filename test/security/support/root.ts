/** What gives files away needs root. */

/** Stops a suite with a clear message, instead of an EPERM of its first `chown`. For a `before`. */
export function requireRoot(): void {
  if (process.geteuid?.() !== 0)
    throw new Error('run this test as root: it gives files to other users, or becomes one')
}
