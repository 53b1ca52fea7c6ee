/** What a lab is: real hosts on this machine, each a booted system with an address of its own. */

export interface LabHostPlan {
  readonly name: string
  readonly address: string
  /** Who logs in: `ops` with sudo, or `root` on the host that has no sudo. */
  readonly user: string
}

export interface LabHost extends LabHostPlan {
  /** The host's init as this machine sees it; absent while the host is powered off. */
  readonly pid?: number
  /** The host's root directory on this machine. */
  readonly root: string
}

export interface Lab {
  readonly name: string
  /** Absolute; holds ssh_config, id_ed25519, known_hosts and inventory.yml. */
  readonly directory: string
  /** Absolute path of the ssh_config. */
  readonly sshConfig: string
  readonly hosts: readonly LabHost[]
}

/** What is kept on disk about a lab, enough to bring it up again after a restart of the machine. */
export interface LabState {
  readonly format: 1
  readonly name: string
  /** Which /24 and which interface names are this lab's; unique among the labs of a machine. */
  readonly index: number
  readonly directory: string
  /** Absolute path of the base tree that the hosts' own file systems lie on. */
  readonly base: string
  readonly hosts: readonly LabHostPlan[]
  /** SHA-256 of the inventory.yml as it was generated, to tell a user's edit. */
  readonly inventoryHash?: string
}

/** Told while work goes on, one line each. */
export type TellProgress = (line: string) => void
