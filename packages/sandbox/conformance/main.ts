import { Command } from 'commander'

/**
 * `npm run sandbox:conformance`: plays the scenario against two new sandboxes and prints the differences. `-- --live`
 * compares Stripe's test mode (STRIPE_SECRET_KEY) with a sandbox. `-- --paypal` does the same for PayPal, and `--live`
 * then uses PayPal's own sandbox (PAYPAL_CLIENT_ID, PAYPAL_CLIENT_SECRET). Returns the exit code.
 */
async function main(): Promise<number> {
  const { live = false, paypal = false } = new Command('npm run sandbox:conformance --')
    .description('Plays the scenario against two fresh sandboxes and says where they differ.')
    .option('--live', "against the provider's own test mode instead of a second sandbox")
    .option('--paypal', 'the scenario of PayPal instead of that of Stripe')
    .parse()
    .opts<{ live?: boolean; paypal?: boolean }>()
  // Loaded only when needed: the help and wrong options are printed without the sandbox's modules.
  const { comparePayPal, compareStripe } = await import('./compare.js')
  return paypal ? comparePayPal(live) : compareStripe(live)
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`sandbox: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(1)
  },
)
