import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { STRIPE_ROUTES } from '../../stripe/routes.js'
import { CONTRACT_FILE, README_FILE } from '../contract.js'
import { diffContracts } from '../diff-contracts.js'
import { printContract } from '../print-contract.js'
import { withRouteList } from '../route-list.js'
import type { Contract } from '../shape.js'
import { readSdk } from './read-sdk.js'

/**
 * `npm run sandbox:contract`: reads the installed SDK, says what changed since the committed contract, and writes
 * it; and the README's list of what is implemented.
 */
function main(): void {
  const after = readSdk()
  const before = existsSync(CONTRACT_FILE) ? (JSON.parse(readFileSync(CONTRACT_FILE, 'utf8')) as Contract) : null
  const changes = before === null ? [`SDK ${after.sdk} is described for the first time`] : diffContracts(before, after)
  writeFileSync(CONTRACT_FILE, printContract(after))
  writeFileSync(README_FILE, withRouteList(readFileSync(README_FILE, 'utf8'), STRIPE_ROUTES))
  const summary = changes.length === 0 ? 'nothing changed' : `${changes.length} changes`
  process.stdout.write(`${[...changes, `stripe ${after.sdk} (${after.apiVersion}): ${summary}`].join('\n')}\n`)
}

main()
