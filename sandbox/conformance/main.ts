import { Stripe } from 'stripe'
import { KEY_PREFIX } from '../stripe/api/authenticate.js'
import { playAgainstSandbox } from './against-sandbox.js'
import { diffTraces } from './diff-traces.js'
import { play } from './play.js'
import { SCENARIO } from './scenario.js'

const say = (line: string) => void process.stdout.write(`${line}\n`)

/**
 * `npm run sandbox:conformance`: plays the scenario against two fresh sandboxes and says where they differ.
 * With `-- --live` against Stripe's test mode (STRIPE_SECRET_KEY) and a sandbox. Answers the exit code.
 */
async function main(live: boolean): Promise<number> {
  const now = Math.floor(Date.now() / 1000)
  // Asked for before anything is played, because a wrong key is the likeliest mistake.
  const stripe = live ? testMode() : null
  const ours = await playAgainstSandbox(SCENARIO, { now, live })
  const theirs =
    stripe === null
      ? (await playAgainstSandbox(SCENARIO, { now })).played
      : await play(SCENARIO, { stripe, now, control: null })
  const differences = diffTraces(ours.played, theirs)
  differences.forEach(say)
  ours.violations.forEach((violation) => say(`schema: ${violation}`))
  const opposite = live ? "Stripe's test mode" : 'another sandbox'
  say(
    `${ours.played.length} steps against ${opposite}: ${differences.length} differences; ${ours.violations.length} violations of Stripe's schemas`,
  )
  return differences.length + ours.violations.length === 0 ? 0 : 1
}

/** Stripe itself: only with a key of its test mode, for the scenario makes objects and moves money. */
function testMode(): Stripe {
  const key = process.env['STRIPE_SECRET_KEY'] ?? ''
  if (!key.startsWith('sk_test_') || key.startsWith(KEY_PREFIX)) {
    throw new Error("--live needs STRIPE_SECRET_KEY with a key of Stripe's test mode (sk_test_…); nothing was called")
  }
  return new Stripe(key, { telemetry: false })
}

main(process.argv.includes('--live')).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`sandbox: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(1)
  },
)
