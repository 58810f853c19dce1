import type { Timers } from '#services/kernel/time/timers.js'
import { ProviderUnavailable } from './provider-errors.js'

const ATTEMPTS = 7
const FIRST_PAUSE_MS = 500

/** Repeats a read of a provider that does not respond or limits its rate: after 0.5, 1, 2, 4, 8 and 16 s. Then the error is thrown. */
export async function repeatUnavailable<Result>(timers: Timers, work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof ProviderUnavailable) || attempt === ATTEMPTS) throw error
      await timers.delay(FIRST_PAUSE_MS * 2 ** (attempt - 1))
    }
  }
}
