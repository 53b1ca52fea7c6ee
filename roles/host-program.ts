/** A host that is asked about itself, and what it says of programs that cannot be asked. */

import type { Component } from '../src/inventory/model.ts'
import { isUp } from '../src/shell/diagnose.ts'
import type { HostState } from '../src/shell/host-state.ts'
import type { StatusEntry } from '../src/verify/facet.ts'
import { itself, statePath } from '../src/verify/host-ask.ts'
import type { Program } from '../src/verify/view.ts'

/** A host in the form of a program that can be asked. `component`: what is named if it does not answer. */
export function hostProgram(host: string, component: Component = 'firewall'): Program {
  return { host, component, local: itself, instance: host }
}

/**
 * The line of `status` of what has a unit and no port. It is ready while its unit is up and its table is as its file says.
 * @param tables which of the host's tables are its own
 */
export function hostEntry(
  cell: string,
  host: string,
  component: Component,
  tables: (state: HostState) => readonly (HostState['table'] | undefined)[],
): StatusEntry {
  const need = { program: hostProgram(host, component), path: statePath }
  const lacks = (active: string | undefined, body: unknown) => {
    if (!isUp(active ?? '')) return `systemd says ${active ?? 'nothing'}`
    const good = tables(body as HostState).every(state => state === 'whole' || state === 'unknown')
    return good ? '' : 'its table is not as it should be'
  }
  return { cell, program: need.program, ready: need, version: need, lacks }
}
