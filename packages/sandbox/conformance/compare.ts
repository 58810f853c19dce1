import { Stripe } from 'stripe'
import { KEY_PREFIX } from '../stripe/api/authenticate.js'
import { runAgainstSandbox } from './run-against-sandbox.js'
import { diffTraces } from './diff-traces.js'
import { CLIENT_PREFIX } from '../paypal/api/access-token.js'
import { play as playPayPal, playAgainstPayPalSandbox, type Opposite } from './paypal/play.js'
import { PAYPAL_SCENARIO } from './paypal/scenario.js'
import { runScenario, type StepResult } from './run-scenario.js'
import { SCENARIO } from './scenario.js'

const say = (line: string) => void process.stdout.write(`${line}\n`)

/** Plays the scenario of Stripe against two sandboxes, or Stripe's test mode and one. Returns the exit code. */
export async function compareStripe(live: boolean): Promise<number> {
  const now = Math.floor(Date.now() / 1000)
  // Checked before the scenario starts, because a wrong key is the most likely mistake.
  const stripe = live ? testMode() : null
  const ours = await runAgainstSandbox(SCENARIO, { now, live })
  const theirs =
    stripe === null
      ? (await runAgainstSandbox(SCENARIO, { now })).played
      : await runScenario(SCENARIO, { stripe, now, control: null })
  return print(ours, theirs, { theirName: live ? "Stripe's test mode" : 'another sandbox', owner: 'Stripe' })
}

/** The same for PayPal, whose own sandbox is the other with `live`. Returns the exit code. */
export async function comparePayPal(live: boolean): Promise<number> {
  const now = new Date()
  const paypal = live ? payPalsSandbox() : null
  const ours = await playAgainstPayPalSandbox(PAYPAL_SCENARIO, { now, live })
  const theirs =
    paypal === null
      ? (await playAgainstPayPalSandbox(PAYPAL_SCENARIO, { now })).played
      : await playPayPal(PAYPAL_SCENARIO, { ...paypal, now, control: null })
  return print(ours, theirs, { theirName: live ? "PayPal's sandbox" : 'another sandbox', owner: 'PayPal' })
}

function print(
  ours: { readonly played: readonly StepResult[]; readonly violations: readonly string[] },
  theirs: readonly StepResult[],
  { theirName, owner }: { readonly theirName: string; readonly owner: string },
): number {
  const differences = diffTraces(ours.played, theirs)
  differences.forEach(say)
  ours.violations.forEach((violation) => say(`schema: ${violation}`))
  say(
    `${ours.played.length} steps against ${theirName}: ${differences.length} differences; ${ours.violations.length} violations of ${owner}'s schemas`,
  )
  return differences.length + ours.violations.length === 0 ? 0 : 1
}

/** PayPal itself: only with a client of an app in its sandbox; its live interface is never called. */
function payPalsSandbox(): Pick<Opposite, 'url' | 'clientId' | 'clientSecret'> {
  const { PAYPAL_CLIENT_ID: clientId = '', PAYPAL_CLIENT_SECRET: clientSecret = '' } = process.env
  if (!clientId || !clientSecret || clientId.startsWith(CLIENT_PREFIX))
    throw new Error(
      "--paypal --live needs PAYPAL_CLIENT_ID and PAYPAL_CLIENT_SECRET of an app in PayPal's sandbox; nothing was called",
    )
  return { url: 'https://api-m.sandbox.paypal.com', clientId, clientSecret }
}

/** Stripe itself: only with a key of its test mode, for the scenario makes objects and moves money. */
function testMode(): Stripe {
  const key = process.env['STRIPE_SECRET_KEY'] ?? ''
  if (!key.startsWith('sk_test_') || key.startsWith(KEY_PREFIX)) {
    throw new Error("--live needs STRIPE_SECRET_KEY with a key of Stripe's test mode (sk_test_…); nothing was called")
  }
  return new Stripe(key, { telemetry: false })
}
