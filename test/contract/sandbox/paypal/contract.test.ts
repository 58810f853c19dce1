import { readFileSync } from 'node:fs'
import {
  downloadSpecifications,
  RegistryUnreachable,
} from '@stackgate/sandbox/contract/generate/paypal/download-specifications.js'
import { readSpecifications } from '@stackgate/sandbox/contract/generate/paypal/read-specifications.js'
import { definitionViolations, requestProblems, violationsOf } from '@stackgate/sandbox/contract/paypal/check.js'
import {
  describeIssue,
  isPayPalRoute,
  PAYPAL_CONTRACT_FILE,
  payPalContract,
  payPalOperation,
} from '@stackgate/sandbox/contract/paypal/contract.js'
import { itUnless } from '#test/support/skip.js'
import { diffPayPalContracts, printPayPalContract } from '@stackgate/sandbox/contract/paypal/print-contract.js'
import { PAYPAL_ROUTES } from '@stackgate/sandbox/paypal/routes.js'

const MONEY = { currency_code: 'USD', value: '10.00' }

/** Null without a package registry: the published files cannot be compared then, and the test is skipped. */
const published = await downloadSpecifications().catch((error: unknown) => {
  if (error instanceof RegistryUnreachable) return null
  throw error
})
const itWithRegistry = itUnless(published ? null : 'the package registry cannot be reached')

describe("the contract with PayPal's API", () => {
  afterAll(() => published?.remove())

  itWithRegistry("is what PayPal's published files say (npm run sandbox:contract writes it again)", () => {
    const generated = readSpecifications(published!.folder)
    expect(diffPayPalContracts(payPalContract(), generated)).toEqual([])
    expect(readFileSync(PAYPAL_CONTRACT_FILE, 'utf8')).toBe(printPayPalContract(generated))
  })

  it('describes every served route', () => {
    const undescribed = PAYPAL_ROUTES.filter(({ method, path }) => payPalOperation(method, path) === undefined)
    expect(undescribed.map(({ method, path }) => `${method} ${path}`)).toEqual([])
    expect(isPayPalRoute('POST', '/v2/invoicing/invoices')).toBe(true)
    expect(isPayPalRoute('POST', '/v2/wishes')).toBe(false)
  })

  it("contains PayPal's descriptions of issues", () => {
    expect(describeIssue('ORDER_ALREADY_CAPTURED')).toMatch(/^Order already captured/)
    expect(describeIssue('NO_SUCH_ISSUE')).toBeUndefined()
  })

  it('reports missing fields of requests and additional fields of responses', () => {
    const problems = requestProblems('POST', '/v2/checkout/orders', {
      query: {},
      body: { intent: 'BUY', purchase_units: [{ amount: { currency_code: 'USD', value: 'ten' } }, {}] },
    })
    expect(problems.map(({ keyword, instancePath }) => `${keyword} ${instancePath}`)).toEqual([
      'enum /intent',
      'pattern /purchase_units/0/amount/value',
      'required /purchase_units/1',
    ])
    const refund = { id: '1', status: 'COMPLETED', amount: MONEY }
    expect(definitionViolations('payments.refund', refund)).toEqual([])
    expect(definitionViolations('payments.refund', { ...refund, status: 'DONE', extra: 1 })).toEqual([
      '/extra must NOT have additional properties: {"id":"1","status":"DONE","amount":{"currency_code":"USD","value":"10.00"},"extra":1}',
      '/status must be equal to one of the allowed values: "DONE"',
    ])
    expect(violationsOf('GET', '/v2/payments/refunds/:id', 418, {})).toEqual(['PayPal never answers 418'])
    expect(violationsOf('DELETE', '/v1/notifications/webhooks/:id', 204, undefined)).toEqual([])
  })

  it('lists the changes of an update of the files', () => {
    const after = structuredClone(payPalContract())
    after.routes.push('POST /v9/wishes')
    delete after.issues['ORDER_ALREADY_CAPTURED']
    after.definitions['orders.money'] = { type: 'string' }
    expect(diffPayPalContracts(payPalContract(), after)).toEqual([
      'POST /v9/wishes: new route',
      'issues ORDER_ALREADY_CAPTURED: removed',
      'definitions orders.money: changed',
    ])
  })
})
