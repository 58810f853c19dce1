import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Timers } from '../services/kernel/time/timers.js'

/** The first requests are served by then, and a pause of a tenth of a second delays few. */
const AFTER_MS = 5_000

/** Collects the garbage of the start once: an idle process allocates too little to do it itself, and would keep a third of its memory for hours. */
export function collectAfterStart(timers: Timers): void {
  timers
    .setTimeout(() => {
      setFlagsFromString('--expose-gc')
      const collect = runInNewContext('gc') as () => void
      collect()
    }, AFTER_MS)
    .unref()
}
