/** Where the lab keeps things on this machine. */

export const labRoot = '/var/lib/promha-lab'

export function labPaths(name: string) {
  const home = `${labRoot}/${name}`
  return { home, state: `${home}/state.json`, key: `${home}/id_ed25519`, hosts: `${home}/hosts` }
}

export type HostPaths = ReturnType<typeof hostPaths>

/** `upper`: what the host wrote over the base tree; `root`: both, as it sees them; `prepared`: there once its own files are. */
export function hostPaths(lab: string, host: string) {
  const home = `${labPaths(lab).hosts}/${host}`
  const layers = { upper: `${home}/upper`, work: `${home}/work`, root: `${home}/root` }
  return { home, ...layers, prepared: `${home}/prepared`, console: `${home}/console.log` }
}
