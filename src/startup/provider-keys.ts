import type { Config } from '../services/kernel/config/config.js'
import type { RunningServer } from './data-folder.js'

/**
 * Configuration with the keys of the running server where the environment has none, because the server may have started
 * a sandbox.
 */
export function withRunningKeys(config: Config, running: RunningServer | null): Config {
  const known = running?.stripe
  return {
    ...config,
    // An address is a text in the file that the server left.
    stripe: config.stripe ?? (known ? { ...known, apiUrl: known.apiUrl && new URL(known.apiUrl) } : null),
    paypal: config.paypal ?? running?.paypal ?? null,
  }
}
