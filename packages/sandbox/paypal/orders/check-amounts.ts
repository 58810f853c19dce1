import { unprocessable, type ErrorDetail } from '../api/paypal-error.js'
import { amountProblem } from '../api/amounts.js'
import { minor, normalized, type Money } from '../money.js'

type Json = Record<string, unknown>

/** Parts that are added to an amount, and parts that are subtracted from it. */
const ADDED = ['item_total', 'tax_total', 'shipping', 'handling', 'insurance']
const TAKEN = ['shipping_discount', 'discount']

/** Purchase units as stored. Throws PayPal's errors for invalid amounts with each place. */
export function checkAmounts(units: readonly Json[]): (Json & { reference_id: string; amount: Money })[] {
  const problems = units.flatMap((unit, index) =>
    problemsOf(unit, `/purchase_units/@reference_id=='${nameOf(unit)}'`, index),
  )
  const names = units.map(nameOf)
  if (units.length > 1 && units.some((unit) => unit['reference_id'] === undefined))
    problems.push({ issue: 'REFERENCE_ID_REQUIRED', field: '/purchase_units' })
  else if (new Set(names).size < names.length)
    problems.push({ issue: 'DUPLICATE_REFERENCE_ID', field: '/purchase_units' })
  const currencies = new Set(units.map((unit) => (unit['amount'] as Money).currency_code))
  if (currencies.size > 1) problems.push({ issue: 'MULTI_CURRENCY_ORDER', field: '/purchase_units' })
  if (problems.length > 0) throw unprocessable(problems)
  return units.map((unit) => ({ ...unit, reference_id: nameOf(unit), amount: normalAmount(unit['amount'] as Json) }))
}

function nameOf(unit: Json): string {
  return (unit['reference_id'] as string | undefined) ?? 'default'
}

function problemsOf(unit: Json, _path: string, index: number): ErrorDetail[] {
  const place = `/purchase_units/${index}/amount`
  const amount = unit['amount'] as Json & Money
  const wrong = amountProblem(amount, `${place}/value`, 'positive')
  if (wrong !== null) return [wrong]
  const breakdown = amount['breakdown'] as Record<string, Money> | undefined
  const items = unit['items'] as Json[] | undefined
  if (breakdown === undefined)
    return items === undefined ? [] : [{ issue: 'ITEM_TOTAL_REQUIRED', field: `${place}/breakdown/item_total` }]
  return [...breakdownProblems(amount, breakdown, place), ...itemProblems(items, breakdown, index)]
}

function breakdownProblems(amount: Money, breakdown: Record<string, Money>, place: string): ErrorDetail[] {
  for (const [name, part] of Object.entries(breakdown)) {
    const wrong = amountProblem(part, `${place}/breakdown/${name}/value`, 'any')
    if (wrong !== null) return [wrong]
    if (part.currency_code !== amount.currency_code) return [{ issue: 'MULTI_CURRENCY_ORDER', field: place }]
  }
  const sum = (names: string[]) =>
    names.reduce((total, name) => total + (breakdown[name] === undefined ? 0n : minor(breakdown[name])), 0n)
  return sum(ADDED) - sum(TAKEN) === minor(amount)
    ? []
    : [{ issue: 'AMOUNT_MISMATCH', field: `${place}/value`, value: amount.value }]
}

function itemProblems(items: Json[] | undefined, breakdown: Record<string, Money>, index: number): ErrorDetail[] {
  if (items === undefined) return []
  const place = `/purchase_units/${index}/items`
  let total = 0n
  let tax = 0n
  for (const [position, item] of items.entries()) {
    const price = item['unit_amount'] as Money
    const wrong = amountProblem(price, `${place}/${position}/unit_amount/value`, 'any')
    if (wrong !== null) return [wrong]
    const count = BigInt(item['quantity'] as string)
    total += minor(price) * count
    if (item['tax'] !== undefined) tax += minor(item['tax'] as Money) * count
  }
  const claimed = breakdown['item_total']
  if (claimed === undefined) return [{ issue: 'ITEM_TOTAL_REQUIRED', field: place }]
  if (minor(claimed) !== total)
    return [{ issue: 'ITEM_TOTAL_MISMATCH', field: `/purchase_units/${index}/amount/breakdown/item_total/value` }]
  const claimedTax = breakdown['tax_total']
  if (tax > 0n && claimedTax === undefined) return [{ issue: 'TAX_TOTAL_REQUIRED', field: place }]
  return claimedTax !== undefined && minor(claimedTax) !== tax && tax > 0n
    ? [{ issue: 'TAX_TOTAL_MISMATCH', field: place }]
    : []
}

function normalAmount(amount: Json): Money {
  const breakdown = amount['breakdown'] as Record<string, Money> | undefined
  const whole = normalized(amount as unknown as Money)
  if (breakdown === undefined) return whole
  const parts = Object.fromEntries(Object.entries(breakdown).map(([name, part]) => [name, normalized(part)]))
  return { ...whole, breakdown: parts } as Money
}
