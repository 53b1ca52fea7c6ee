/** Output on a pipe is written in the background, so the process may end only after it. */

/** Resolves once all that was written before has left the process, or its reader has gone. */
export async function streamsFlushed(streams: readonly NodeJS.WritableStream[]): Promise<void> {
  await Promise.all(streams.map(stream => new Promise<void>(resolve => stream.write('', () => resolve()))))
}
