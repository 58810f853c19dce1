import type { Config } from '#services/kernel/config/config.js'
import { ok, problem, warning, type Finding } from '#services/kernel/doctor/finding.js'

/** True if Stripe's keys are of the mode that this server runs in, and can do no more than they must. */
export function checkKeyModes({ mode, stripe }: Pick<Config, 'mode' | 'stripe'>): Finding[] {
  if (!stripe) return []
  const check = 'stripe_key_mode'
  const kindOf = (key: string) => (/^[a-z]+_live_/.test(key) ? 'live' : 'test')
  const wanted = mode === 'live' ? 'live' : 'test'
  const wrong = [stripe.secretKey, stripe.publishableKey ?? ''].filter((key) => key && kindOf(key) !== wanted)
  if (wrong.length)
    return [problem(check, `the key does not belong to ${mode} mode`, `use the ${wanted} keys of one account`)]
  const restricted = stripe.secretKey.startsWith('rk_')
  if (mode === 'live' && !restricted)
    return [
      warning(
        check,
        'unrestricted live key',
        'use a restricted key (rk_live_…); docs/security.md lists its permissions',
      ),
    ]
  return [ok(check, `${restricted ? 'restricted ' : ''}${wanted} key in ${mode} mode`)]
}
