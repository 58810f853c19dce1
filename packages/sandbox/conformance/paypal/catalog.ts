import { step, type Stage } from './step.js'

const money = (value: string, currency_code = 'USD') => ({ fixed_price: { value, currency_code } })

const planOf = (stage: Stage) => ({
  product_id: stage.id('product'),
  name: 'Plus monthly',
  description: 'Plus, by the month',
  billing_cycles: [
    {
      frequency: { interval_unit: 'MONTH', interval_count: 1 },
      tenure_type: 'REGULAR',
      sequence: 1,
      total_cycles: 0,
      pricing_scheme: money('20.00'),
    },
  ],
  payment_preferences: {
    auto_bill_outstanding: true,
    setup_fee_failure_action: 'CANCEL',
    payment_failure_threshold: 1,
  },
  quantity_supported: true,
})

const WHOLE = { prefer: 'return=representation' }

/** Products and the plans by which they are subscribed to. */
export const catalog = [
  step('a product is made', async (stage) => {
    const made = await stage.call('POST', '/v1/catalogs/products', { name: 'Plus', type: 'SERVICE' }, WHOLE)
    stage.keep('product', made.body['id'])
    return made
  }),
  step('a product without a name is refused', ({ call }) => call('POST', '/v1/catalogs/products', { type: 'SERVICE' })),
  step('the product is read', ({ call, id }) => call('GET', `/v1/catalogs/products/${id('product')}`)),
  step('a product that there is not is missed', ({ call }) => call('GET', '/v1/catalogs/products/PROD-NONE')),
  step('the product is described', ({ call, id }) =>
    call('PATCH', `/v1/catalogs/products/${id('product')}`, [
      { op: 'add', path: '/description', value: 'for those who want more' },
    ]),
  ),
  step('products are listed', async ({ call }) => {
    const { status, body } = await call('GET', '/v1/catalogs/products?page_size=2&page=1&total_required=true')
    // The number of entries differs between accounts.
    return { status, body: { fields: Object.keys(body).toSorted() } }
  }),
  step('a plan is made', async (stage) => {
    const made = await stage.call('POST', '/v1/billing/plans', planOf(stage), WHOLE)
    stage.keep('plan', made.body['id'])
    return made
  }),
  step('a dearer plan is made, briefly answered', async (stage) => {
    const dearer = planOf(stage)
    const made = await stage.call('POST', '/v1/billing/plans', {
      ...dearer,
      name: 'Individual monthly',
      billing_cycles: [{ ...dearer.billing_cycles[0], pricing_scheme: money('40.00') }],
    })
    stage.keep('dearer', made.body['id'])
    return made
  }),
  step('the same plan under the same request id is made once', async (stage) => {
    const headers = { 'paypal-request-id': `plan-${stage.begun.getTime()}` }
    const [one, other] = [
      await stage.call('POST', '/v1/billing/plans', planOf(stage), headers),
      await stage.call('POST', '/v1/billing/plans', planOf(stage), headers),
    ]
    stage.keep('twin', one.body['id'])
    return { status: other.status, body: { same: one.body['id'] === other.body['id'] } }
  }),
  step('a plan without cycles is refused', (stage) =>
    stage.call('POST', '/v1/billing/plans', { ...planOf(stage), billing_cycles: [] }),
  ),
  step('the plan is read', ({ call, id }) => call('GET', `/v1/billing/plans/${id('plan')}`)),
  step('plans of the product are listed', async ({ call, id }) => {
    const { status, body } = await call('GET', `/v1/billing/plans?product_id=${id('product')}&total_required=true`)
    return { status, body: { count: (body['plans'] as unknown[]).length, total: body['total_items'] } }
  }),
  step('the plan is described', ({ call, id }) =>
    call('PATCH', `/v1/billing/plans/${id('plan')}`, [{ op: 'replace', path: '/description', value: 'Plus' }]),
  ),
  step('the twin is closed', ({ call, id }) => call('POST', `/v1/billing/plans/${id('twin')}/deactivate`)),
  step('the twin is opened again', ({ call, id }) => call('POST', `/v1/billing/plans/${id('twin')}/activate`)),
  step('the price of the twin is raised', ({ call, id }) =>
    call('POST', `/v1/billing/plans/${id('twin')}/update-pricing-schemes`, {
      pricing_schemes: [{ billing_cycle_sequence: 1, pricing_scheme: money('25.00') }],
    }),
  ),
  step('the twin shows its new price', ({ call, id }) => call('GET', `/v1/billing/plans/${id('twin')}`)),
]
