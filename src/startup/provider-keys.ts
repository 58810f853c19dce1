import type { Config } from '../services/kernel/config/config.js'
import type { RunningServer } from './data-folder.js'

/** The configuration with the keys of the server that runs beside, where the environment has none: it may have brought its sandbox. */
export function withRunningKeys(config: Config, running: RunningServer | null): Config {
  const known = running?.stripe
  return {
    ...config,
    // An address is a text in the file that the server left.
    stripe: config.stripe ?? (known ? { ...known, apiUrl: known.apiUrl && new URL(known.apiUrl) } : null),
    paypal: config.paypal ?? running?.paypal ?? null,
  }
}
