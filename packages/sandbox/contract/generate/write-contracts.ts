import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { PAYPAL_ROUTES } from '#paypal/routes.js'
import { STRIPE_ROUTES } from '#stripe/routes.js'
import { CONTRACT_FILE, README_FILE } from '../contract.js'
import { diffContracts } from '../diff-contracts.js'
import { PAYPAL_CONTRACT_FILE } from '../paypal/contract.js'
import type { PayPalContract } from '../paypal/payload.js'
import { diffPayPalContracts, printPayPalContract } from '../paypal/print-contract.js'
import { printContract } from '../print-contract.js'
import { withRouteList } from '../route-list.js'
import type { Contract } from '../shape.js'
import { downloadSpecifications } from './paypal/download-specifications.js'
import { readSpecifications } from './paypal/read-specifications.js'
import { readSdk } from './read-sdk.js'

/** Writes the contracts of both providers and the README's list of implemented routes. Prints the changes. */
export async function writeContracts(): Promise<void> {
  const after = readSdk()
  const before = existsSync(CONTRACT_FILE) ? (JSON.parse(readFileSync(CONTRACT_FILE, 'utf8')) as Contract) : null
  const changes = before === null ? [`SDK ${after.sdk} is described for the first time`] : diffContracts(before, after)
  writeFileSync(CONTRACT_FILE, printContract(after))
  const summary = changes.length === 0 ? 'nothing changed' : `${changes.length} changes`
  process.stdout.write(`${[...changes, `stripe ${after.sdk} (${after.apiVersion}): ${summary}`].join('\n')}\n`)
  await writePayPal()
  const readme = withRouteList(readFileSync(README_FILE, 'utf8'), 'stripe', STRIPE_ROUTES)
  writeFileSync(README_FILE, withRouteList(readme, 'paypal', PAYPAL_ROUTES))
}

async function writePayPal(): Promise<void> {
  const { folder, remove } = await downloadSpecifications()
  const after = readSpecifications(folder)
  remove()
  const changes = existsSync(PAYPAL_CONTRACT_FILE)
    ? diffPayPalContracts(JSON.parse(readFileSync(PAYPAL_CONTRACT_FILE, 'utf8')) as PayPalContract, after)
    : [`${after.source} is described for the first time`]
  writeFileSync(PAYPAL_CONTRACT_FILE, printPayPalContract(after))
  const summary = changes.length === 0 ? 'nothing changed' : `${changes.length} changes`
  process.stdout.write(`${[...changes, `${after.source}: ${summary}`].join('\n')}\n`)
}
