import { allowedBy, keptForNothing, checkMoney, type Held } from './model.js'
import type { Person, VisiblePurchase } from './person.js'
import { returned, type Records } from './records.js'
import { checkCredits } from './unused-time.js'

const written = ({ plan, quantity, addons }: Held): string =>
  plan === 'free' ? 'free' : `${quantity} × ${plan} + ${addons} add-ons`
const same = (one: Held, other: Held): boolean => written(one) === written(other)

/** Records of the provider, and what the account shows at the same time. */
export interface Look {
  readonly records: Records
  readonly held: Held
  readonly purchases: readonly VisiblePurchase[]
}

export async function look(person: Person): Promise<Look> {
  const [records, held, purchases] = await Promise.all([person.records(), person.held(), person.purchases()])
  return { records, held, purchases }
}

/**
 * Compares our data with what the provider's records allow. Returns every difference; an empty list means agreement.
 */
export const differences = async (person: Person): Promise<string[]> => differencesIn(person, await look(person))

export function differencesIn(person: Person, { records, held, purchases }: Look): string[] {
  const published = { endedByCustomer: person.endedByCustomer, lowered: person.lowered }
  const found = [
    ...person.faults,
    ...checkMoney(records, published),
    ...checkCredits(records, held),
    ...checkPurchases(records, purchases),
  ]
  const allowed = allowedBy(records, published)
  if (!allowed.some((one) => same(one, held))) {
    const reasons = allowed.map((one) => `${written(one)} (${one.because})`).join(' or ')
    found.push(`held is ${written(held)}; the provider's records allow ${reasons}`)
  }
  const kept = keptForNothing(records, published)
  if (held.plan === 'free' && kept > 0) found.push(`nothing is held, and ${kept} of the running period is kept`)
  return found
}

/**
 * Checks that every payment is a purchase of the same amount, and that every purchase shows its refunds, so that
 * revenue equals money.
 */
function checkPurchases(records: Records, purchases: readonly VisiblePurchase[]): string[] {
  const faults: string[] = []
  const completed = purchases.filter(({ status }) => status !== 'PENDING')
  for (const payment of records.payments) {
    const purchase = completed.find((one) => one.payment === payment.id)
    if (!purchase) {
      if (returned(payment) < payment.amount)
        faults.push(`${payment.id} of ${payment.amount} is no purchase and was not given back`)
    } else if (purchase.amount !== payment.amount)
      faults.push(`${purchase.id} says ${purchase.amount}, its payment was ${payment.amount}`)
    else if (purchase.takenBack !== returned(payment))
      faults.push(`${purchase.id} says that ${purchase.takenBack} came back, the provider ${returned(payment)}`)
  }
  const revenue = completed.reduce((sum, { amount }) => sum + amount, 0)
  const counted = records.payments.filter(({ id }) => completed.some(({ payment }) => payment === id))
  const money = counted.reduce((sum, { amount }) => sum + amount, 0)
  if (revenue !== money) faults.push(`purchases say ${revenue}, the money is ${money}`)
  return faults
}
