import { setTimeout as delay } from 'node:timers/promises'
import type { Timers } from './timers.js'

/** Time and timers of Node. Only the entry points choose it; all other code receives its timers. */
export const systemTimers: Timers = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds),
  setInterval: (callback, milliseconds) => setInterval(callback, milliseconds),
  setImmediate: (callback) => void setImmediate(callback),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout | undefined),
  clearInterval: (timer) => clearInterval(timer as NodeJS.Timeout | undefined),
  delay: (milliseconds, options) => delay(milliseconds, undefined, options),
  timeoutSignal: (milliseconds) => AbortSignal.timeout(milliseconds),
}
