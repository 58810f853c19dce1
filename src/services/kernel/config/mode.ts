/** One mode per process, so that a test payment never grants live entitlements. */
export type Mode = 'sandbox' | 'test' | 'live'

interface ModeInput {
  readonly MODE?: Mode | undefined
  readonly STRIPE_SECRET_KEY?: string | undefined
  readonly STRIPE_PUBLISHABLE_KEY?: string | undefined
}

/** The mode that the keys imply; `MODE` only confirms it. Keys of another mode are problems, by name. */
export function deriveMode(input: ModeInput): { mode: Mode; problems: string[] } {
  const problems: string[] = []
  const implied = input.STRIPE_SECRET_KEY ? modeOfKey(input.STRIPE_SECRET_KEY) : undefined
  const mode = input.MODE ?? implied ?? 'sandbox'
  // A rehearsal: the sandbox replaces Stripe's test mode at STRIPE_API_URL.
  const isRehearsal = mode === 'test' && isSandboxKey(input.STRIPE_SECRET_KEY)
  if (implied && implied !== mode && !isRehearsal)
    problems.push(`STRIPE_SECRET_KEY: a ${implied} key, but MODE is ${mode}`)
  const publishable = input.STRIPE_PUBLISHABLE_KEY?.startsWith('pk_live_') ? 'live' : 'test'
  if (input.STRIPE_PUBLISHABLE_KEY && (publishable === 'live') !== (mode === 'live'))
    problems.push(`STRIPE_PUBLISHABLE_KEY: a ${publishable} key, but the mode is ${mode}`)
  return { mode, problems }
}

export const isSandboxKey = (key: string | undefined): boolean => key?.startsWith('sk_test_sandbox_') ?? false

function modeOfKey(key: string): Mode {
  if (isSandboxKey(key)) return 'sandbox'
  return /^(sk|rk)_live_/.test(key) ? 'live' : 'test'
}
