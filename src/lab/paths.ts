/** Where the lab keeps things on this machine. */

export const labRoot = '/var/lib/promha-lab'

interface LabPaths {
  readonly home: string
  readonly state: string
  readonly key: string
  readonly hosts: string
}

export function labPaths(name: string): LabPaths {
  const home = `${labRoot}/${name}`
  return { home, state: `${home}/state.json`, key: `${home}/id_ed25519`, hosts: `${home}/hosts` }
}

export interface HostPaths {
  readonly home: string
  /** What the host wrote over the base tree. */
  readonly upper: string
  readonly work: string
  /** Base and upper together, as the host sees it. */
  readonly root: string
  /** There once the host's own files are all written. */
  readonly prepared: string
  readonly console: string
}

export function hostPaths(lab: string, host: string): HostPaths {
  const home = `${labPaths(lab).hosts}/${host}`
  return {
    home,
    upper: `${home}/upper`,
    work: `${home}/work`,
    root: `${home}/root`,
    prepared: `${home}/prepared`,
    console: `${home}/console.log`,
  }
}
