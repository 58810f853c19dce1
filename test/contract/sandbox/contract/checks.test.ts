import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { checkForm } from '@stackgate/sandbox/contract/check-form.js'
import { checkValue } from '@stackgate/sandbox/contract/check-value.js'
import { operationOf, stripeContract } from '@stackgate/sandbox/contract/contract.js'
import { emptyObject } from '@stackgate/sandbox/contract/empty-object.js'
import { parseForm } from '@stackgate/sandbox/stripe/api/form.js'
import { checkAnswer, checkEvent } from '@stackgate/sandbox/stripe/api/check-answer.js'
import type { SandboxState } from '@stackgate/sandbox/sandbox-state.js'
import { expectNoViolations } from '#test/support/schema-violations.js'
import { jsonSchema } from './json-schema.js'

const paramsOf = (method: string, path: string) => operationOf(method, path)?.params ?? {}

describe('response checks of the contract', () => {
  it('accept a generated skeleton of any object', () => {
    const { objects } = stripeContract()
    expect(Object.keys(objects).length).toBeGreaterThan(30)
    for (const [object, shape] of Object.entries(objects)) {
      expect([object, checkValue(shape, emptyObject(object))]).toEqual([object, []])
    }
  })

  it('report the place: unknown, missing, wrong type or enum value, also in lists and choices', () => {
    const subscription = emptyObject('subscription')
    const item = { ...emptyObject('subscription_item'), price: { ...emptyObject('price'), product: 'prod_1' } }
    const list = (data: unknown[]) => ({ object: 'list', data, has_more: false, url: '/v1/subscription_items' })
    const found = (changes: object) => checkValue('#Subscription', { ...subscription, ...changes })
    expect(found({ items: list([item]) })).toEqual([])
    expect(found({ items: list([{ ...item, livemode: false }]) })).toEqual(['items.data[0].livemode is unknown'])
    expect(found({ status: 'activ' })[0]).toMatch(/^status is "activ", which is none of \["=active",/)
    expect(found({ latest_invoice: { ...emptyObject('invoice'), total: '12' } })).toEqual([
      'latest_invoice.total is "12", not number',
    ])
    expect(found({ latest_invoice: 7 })[0]).toContain('latest_invoice is 7, which is none of')
    expect(found({ created: undefined })).toEqual(['created is missing'])
    expect(checkValue('#Price', { ...emptyObject('price'), unit_amount_decimal: 'ten' })[0]).toContain(
      'unit_amount_decimal',
    )
  })

  it('agree with another validator for objects damaged in any place', () => {
    const names = ['subscription', 'invoice', 'checkout.session', 'payment_intent', 'customer', 'price'] as const
    const ajv = new Ajv2020({ strict: false, validateSchema: false }).addSchema(jsonSchema('stripe'))
    const definitionOf = (name: string) => (stripeContract().objects[name] ?? '').slice(1)
    const validators = new Map(
      names.map((name) => [name, ajv.compile({ $ref: `stripe#/$defs/${definitionOf(name)}` })]),
    )
    const spoilt = fc.constantFrom(null, 7, 'active', '12', true, {}, [], { object: 'price' }, undefined)
    const property = fc.property(
      fc.constantFrom(...names),
      fc.array(fc.tuple(fc.nat(), spoilt), { maxLength: 2 }),
      (name, changes) => {
        const object: Record<string, unknown> = { ...emptyObject(name) }
        for (const [place, value] of changes) {
          const keys = [...Object.keys(object), 'unheard_of']
          const key = keys[place % keys.length] as string
          if (value === undefined) delete object[key]
          else object[key] = value
        }
        expect(checkValue(stripeContract().objects[name] ?? '', object).length === 0).toBe(
          validators.get(name)?.(object),
        )
      },
    )
    fc.assert(property, { seed: 20_261_120, numRuns: 500, verbose: true })
  })
})

describe('sandbox with checks', () => {
  const broken = { ...emptyObject('customer'), livemode: 'no' }

  it('records schema violations of responses and events, and fails the test that closes it', () => {
    const world = { violations: [] as string[] } as SandboxState
    const operation = operationOf('GET', '/v1/customers/:customer')
    checkAnswer(world, 'GET /v1/customers/:customer', operation, emptyObject('customer'))
    expect(world.violations).toEqual([])
    checkAnswer(world, 'GET /v1/customers/:customer', operation, broken)
    checkEvent(world, { type: 'customer.created', data: { object: broken } })
    checkEvent(world, { type: 'customer.cried', data: { object: broken } })
    expect(world.violations).toEqual(
      expect.arrayContaining([
        'GET /v1/customers/:customer: livemode is "no", not boolean',
        'customer.created: livemode is "no", not boolean',
        "customer.cried is no event of Stripe's",
      ]),
    )
    expect(() => expectNoViolations({ violations: world.violations ?? [] })).toThrow('livemode is "no"')
  })

  it('checks nothing by default', () => {
    const world = { violations: null } as SandboxState
    checkEvent(world, { type: 'customer.cried', data: { object: broken } })
    expect(world.violations).toBeNull()
  })
})

describe('request checks of the contract', () => {
  const sessions = paramsOf('POST', '/v1/checkout/sessions')
  const customers = paramsOf('POST', '/v1/customers')
  const cases: [string, typeof sessions, string, object[]][] = [
    ['nothing', customers, '', []],
    ['numbers and booleans written as text', sessions, 'line_items[0][quantity]=2&allow_promotion_codes=true', []],
    ['an unknown key', customers, 'nam=Ada', [{ kind: 'unknown', path: ['nam'] }]],
    ['a missing key', paramsOf('POST', '/v1/refunds/:id/cancel'), 'x=1', [{ kind: 'unknown', path: ['x'] }]],
    ['what a coupon never needs', paramsOf('POST', '/v1/coupons'), 'duration=once&percent_off=12.5', []],
    [
      'an endpoint without its address',
      paramsOf('POST', '/v1/webhook_endpoints'),
      'enabled_events[]=*',
      [{ kind: 'missing', path: ['url'] }],
    ],
    [
      'a word for a number',
      sessions,
      'line_items[0][quantity]=x',
      [{ kind: 'type', expected: 'integer', value: 'x', path: ['line_items', '0', 'quantity'] }],
    ],
    [
      'a word for a boolean',
      sessions,
      'allow_promotion_codes=yes',
      [{ kind: 'type', expected: 'boolean', value: 'yes', path: ['allow_promotion_codes'] }],
    ],
    [
      'text for a list',
      sessions,
      'line_items=x',
      [{ kind: 'type', expected: 'array', value: 'x', path: ['line_items'] }],
    ],
    ['a list with gaps', sessions, 'line_items[3][price]=price_1', []],
    [
      'text for an object',
      sessions,
      'subscription_data=x',
      [{ kind: 'type', expected: 'object', value: 'x', path: ['subscription_data'] }],
    ],
    [
      'an object for text',
      customers,
      'name[first]=Ada',
      [{ kind: 'type', expected: 'string', value: { first: 'Ada' }, path: ['name'] }],
    ],
    ['an empty text that forgets', customers, 'metadata=&address=', []],
    ['any metadata', customers, 'metadata[a]=1&metadata[b]=', []],
    ['a name that JavaScript knows', customers, 'constructor=1', [{ kind: 'unknown', path: ['constructor'] }]],
  ]
  it.each(cases)('%s', (_what, shape, form, problems) => {
    expect(checkForm(shape, parseForm(form))).toEqual(problems)
  })

  it('list all enum values, without the empty one that only unsets', () => {
    expect(checkForm(customers, parseForm('tax_exempt=never'))).toEqual([
      { kind: 'enum', values: ['exempt', 'none', 'reverse'], path: ['tax_exempt'] },
    ])
  })
})
