/** The nodes that `light-yaml.ts` makes, with the same properties as those of the full parser. */
export class LightScalar {
  readonly value: unknown
  readonly type: 'PLAIN' | 'QUOTE_SINGLE' | 'QUOTE_DOUBLE'
  readonly source: string
  readonly range: readonly [number, number, number]
  constructor(value: unknown, type: LightScalar['type'], source: string, start: number, end: number) {
    this.value = value
    this.type = type
    this.source = source
    this.range = [start, end, end]
  }
}

/** `items`: pairs of a key and a value. */
export class LightMap {
  readonly items: { readonly key: LightScalar; readonly value: LightNode }[] = []
  range: readonly [number, number, number] = [0, 0, 0]
}

export class LightList {
  readonly items: LightNode[] = []
  range: readonly [number, number, number] = [0, 0, 0]
}

export type LightNode = LightScalar | LightMap | LightList
