import { cpus, loadavg } from 'node:os'

/** Programs for each processor with which the times of tests are still sufficient. */
const USUAL_LOAD = 2
const MAX_FACTOR = 6

/** Factor by which programs take longer than usual now, because other programs use the processors too: 1 to 6. */
export const busyFactor = (): number =>
  Math.min(MAX_FACTOR, Math.max(1, Math.ceil(loadavg()[0]! / cpus().length / USUAL_LOAD)))
