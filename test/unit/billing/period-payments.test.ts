import type { PurchaseStep } from '#entities/billing/purchase.entity.js'
import { addonPayments, type RunningPayment } from '#services/billing/model/period-payments.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'

const catalog = {
  productById: new Map([
    ['plan', { type: 'PLAN' }],
    ['storage', { type: 'PACKAGE' }],
    ['backups', { type: 'PACKAGE' }],
  ]),
} as unknown as CatalogSnapshot
const more: PurchaseStep = { fromPriceId: null, fromQuantity: 0, toPriceId: 'price', toQuantity: 1 }
const paid = (id: string, productId: string, step: PurchaseStep | null, subscriptionId = 'sub') =>
  ({ id, productId, step, subscriptionId, quantity: 1, status: 'PAID', reverted: false }) as RunningPayment

describe('Payments for an add-on in its current period', () => {
  const ids = (...running: RunningPayment[]) =>
    addonPayments(catalog, running, { subscriptionId: 'sub', productId: 'storage' }).map(({ id }) => id)

  it('are those for this add-on of this subscription, also with plan changes in between', () => {
    const running = [
      paid('period', 'plan', null),
      paid('one', 'storage', more),
      paid('servers', 'plan', more),
      paid('others', 'backups', more),
      paid('elsewhere', 'storage', more, 'other'),
      paid('two', 'storage', more),
    ]
    expect(ids(...running)).toEqual(['one', 'two'])
  })

  it('start with the newest period of the plan, or of the add-on if it has a separate one', () => {
    const [old, present] = [paid('old', 'storage', more), paid('present', 'storage', more)]
    expect(ids(paid('month', 'plan', null), old, paid('year', 'plan', null), present)).toEqual(['present'])
    expect(ids(paid('year', 'plan', null), old, paid('renewed', 'storage', null), present)).toEqual([
      'renewed',
      'present',
    ])
  })
})
