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

/**
 * The environment for commands that receive no webhooks: a provider with keys also has the setting that exists only
 * after its webhook endpoint was created.
 */
export function withEndpointSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const has = (name: string) => Boolean(env[name] || env[`${name}_FILE`])
  return {
    ...env,
    ...(has('STRIPE_SECRET_KEY') && !has('STRIPE_WEBHOOK_SECRET')
      ? { STRIPE_WEBHOOK_SECRET: 'whsec_not_created' }
      : {}),
    ...(has('PAYPAL_CLIENT_ID') && !has('PAYPAL_WEBHOOK_ID') ? { PAYPAL_WEBHOOK_ID: 'NOTCREATED' } : {}),
  }
}
