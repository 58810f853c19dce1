import { Command } from 'commander'

/*
 * `npm run sandbox:contract`: reads the installed SDK of Stripe and PayPal's published files, which it downloads,
 * prints the changes since the committed contract, and writes the contract and the README's list of implemented routes.
 */
new Command('npm run sandbox:contract --')
  .description(
    "Writes the sandbox's contract again, from the installed Stripe SDK and PayPal's published files, and prints what changed.",
  )
  .parse()

// Loaded only when needed: the help and wrong options are printed without the SDK's types.
const { writeContracts } = await import('./write-contracts.js')
await writeContracts()
