/** All stores that `npm run stores` takes apart, a line each. */

import { cortexSite } from './cortex.ts'
import type { StoreSite } from './definition.ts'
import { m3dbSite } from './m3db.ts'
import { victoriaMetricsSite } from './victoriametrics.ts'

export const storeSites: readonly StoreSite[] = [victoriaMetricsSite, cortexSite, m3dbSite]
