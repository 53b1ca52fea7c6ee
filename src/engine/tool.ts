/** The only place of this folder that starts a program on this machine: upstream's own tools, on configs. */

/** What a tool said of its arguments; `exitCode` is undefined where it was not started or was ended by a signal. */
export interface ToolResult {
  readonly exitCode?: number | undefined
  /** Both streams, as they came. */
  readonly all: string
  readonly shortMessage?: string | undefined
}

export type RunTool = (args: readonly string[], directory: string) => Promise<ToolResult>

/** Whether it ran and refused what it was asked about: not if it was not started, or ended by a signal. */
export function refuses({ exitCode }: ToolResult): boolean {
  return exitCode !== 0 && exitCode !== undefined
}

/** Why it did not come to an exit code. */
export function whyNot({ shortMessage = 'it could not be started' }: ToolResult): string {
  return shortMessage
}

/** Characters that a tool may say about one config. */
const mostSaid = 4_000_000

/**
 * Runs a tool by its absolute path. It is told nothing of the environment, in which secrets may stand, and finds no
 * settings of the user's: its home is the directory that it works in.
 */
export function toolAt(path: string): RunTool {
  return async (args, directory) => {
    // Loaded on use: a run that changes nothing starts no program here.
    const { execa } = await import('execa')
    return execa(path, args, {
      cwd: directory,
      extendEnv: false,
      env: {
        ...{ PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', LANG: 'C.UTF-8', HOME: directory, TMPDIR: directory },
        // promtool asks it for the region of a job that names none: this machine's says nothing of the hosts'.
        AWS_EC2_METADATA_DISABLED: 'true',
      },
      stdin: 'ignore',
      reject: false,
      all: true,
      maxBuffer: mostSaid,
      timeout: 60_000,
    })
  }
}
