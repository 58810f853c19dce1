import { readFileSync } from 'node:fs'
import { README_FILE } from '@stackgate/sandbox/contract/contract.js'
import { withRouteList } from '@stackgate/sandbox/contract/route-list.js'
import { PAYPAL_ROUTES } from '@stackgate/sandbox/paypal/routes.js'
import { STRIPE_ROUTES } from '@stackgate/sandbox/stripe/routes.js'

describe('sandbox README', () => {
  it('lists exactly the implemented routes (npm run sandbox:contract updates the list)', () => {
    const readme = readFileSync(README_FILE, 'utf8')
    expect(withRouteList(readme, 'stripe', STRIPE_ROUTES)).toBe(readme)
    expect(withRouteList(readme, 'paypal', PAYPAL_ROUTES)).toBe(readme)
    expect(readme).toContain('`POST /v1/customers`')
    expect(readme).toContain('`POST /v2/checkout/orders`')
  })
})
