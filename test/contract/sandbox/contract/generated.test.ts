import { readFileSync } from 'node:fs'
import { CONTRACT_FILE, isStripeRoute, operationOf, stripeContract } from '@stackgate/sandbox/contract/contract.js'
import { diffContracts } from '@stackgate/sandbox/contract/diff-contracts.js'
import { readSdk } from '@stackgate/sandbox/contract/generate/read-sdk.js'
import { printContract } from '@stackgate/sandbox/contract/print-contract.js'
import type { Contract } from '@stackgate/sandbox/contract/shape.js'
import { API_VERSION } from '@stackgate/sandbox/stripe/api/api-version.js'
import { STRIPE_ROUTES } from '@stackgate/sandbox/stripe/routes.js'

describe("contract with Stripe's API", () => {
  it('equals the installed SDK (npm run sandbox:contract updates it)', () => {
    const generated = readSdk()
    expect(diffContracts(stripeContract(), generated)).toEqual([])
    expect(readFileSync(CONTRACT_FILE, 'utf8')).toBe(printContract(generated))
  })

  it('describes every served route in the API version of the sandbox', () => {
    expect(stripeContract().apiVersion).toBe(API_VERSION)
    const undescribed = STRIPE_ROUTES.filter(({ method, path }) =>
      // The contract knows the routes of version 2 alone, and nothing of the preview with shared payment tokens.
      path.startsWith('/v1/') && !path.includes('/shared_payment/')
        ? operationOf(method, path) === undefined
        : !path.includes('/shared_payment/') && !isStripeRoute(method, path.replaceAll(':', '')),
    )
    expect(undescribed.map(({ method, path }) => `${method} ${path}`)).toEqual([])
  })

  it('lists every change of an SDK upgrade', () => {
    const before = stripeContract()
    const after = JSON.parse(JSON.stringify(before)) as Contract
    expect(diffContracts(before, after)).toEqual([])
    after.sdk = '24.0.0'
    after.routes = [...after.routes.filter((route) => route !== 'GET /v1/balance'), 'POST /v1/wishes']
    const params = after.operations['POST /v1/customers']?.params as Record<string, unknown>
    delete params['email?']
    params['tax_exempt?'] = ['=', '=exempt', '=never', '=none', '=reverse', 'null']
    const customer = after.definitions['Customer'] as Record<string, unknown>
    customer['rank'] = 'number'
    customer['invoice_settings'] = { footer: ['string', 'null'] }
    delete after.events['customer.created']
    expect(diffContracts(before, after)).toEqual([
      'SDK 23.1.0 is now 24.0.0',
      'POST /v1/wishes: new route',
      'GET /v1/balance: route removed',
      'POST /v1/customers params.email?: removed',
      'POST /v1/customers params.tax_exempt?: may now be "=never"',
      'events.customer.created: removed',
      'definitions.Customer.invoice_settings.custom_fields: removed',
      'definitions.Customer.invoice_settings.default_payment_method: removed',
      'definitions.Customer.invoice_settings.rendering_options: removed',
      'definitions.Customer.rank: new, "number"',
    ])
  })
})
