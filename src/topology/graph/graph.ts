/** The topology as a picture shows it: cells, hosts and programs by name, and what leads where. Holds no secret. */
export interface Graph {
  readonly cells: readonly CellGraph[]
  /** From one cell to another one, by their ids. */
  readonly between: readonly GraphEdge[]
}

export interface CellGraph {
  readonly id: string
  readonly name: string
  /** Addresses that move among hosts. */
  readonly addresses: readonly GraphNode[]
  readonly hosts: readonly HostBox[]
  readonly edges: readonly GraphEdge[]
}

/** One host, or several that are shown as one. */
export interface HostBox {
  readonly id: string
  readonly label: string
  /** `core` has what makes the cell highly available; `store` only long-term stores; `scraped` only exporters, or nothing. */
  readonly kind: 'core' | 'store' | 'scraped'
  readonly programs: readonly GraphNode[]
}

export interface GraphNode {
  /** Unique in the graph. */
  readonly id: string
  /** Programs of one row do the same. */
  readonly row: string
  readonly label: string
  readonly detail: string
}

export interface GraphEdge {
  readonly from: string
  readonly to: string
  readonly label: string
  /** Both ends do it to each other. */
  readonly mutual?: true
}
