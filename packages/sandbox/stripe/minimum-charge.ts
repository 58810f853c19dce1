import { formatAmount } from '../money.js'
import { invalid } from './api/stripe-error.js'

/** Minimum amounts that Stripe charges, in minor units, from its page on currencies. Others have none here. */
const MINIMUMS: Readonly<Record<string, number>> = {
  aed: 200,
  aud: 50,
  bgn: 100,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17_500,
  inr: 50,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1000,
  usd: 50,
}

/** Minimum chargeable amount of a currency. 1 if Stripe's page has none. */
export function minimumCharge(currency: string): number {
  return MINIMUMS[currency] ?? 1
}

/** Amounts of which charges and refunds are multiples, from the same page. 1 for others. */
const STEPS: Readonly<Record<string, number>> = { bhd: 10, isk: 100, jod: 10, kwd: 10, omr: 10, tnd: 10, ugx: 100 }

/** An amount that the sandbox calculates, as a tax or a part of a price: rounded to one that can be charged. */
export function roundToCharge(amount: number, currency: string): number {
  const step = STEPS[currency] ?? 1
  return Math.round(amount / step) * step
}

/** Throws the error for an amount that has digits which are not charged. */
export function requireStep(amount: number, currency: string, param?: string): void {
  const step = STEPS[currency] ?? 1
  if (amount % step === 0) return
  throw invalid(`Invalid amount. Amounts in ${currency.toUpperCase()} must be evenly divisible by ${step}.`, param)
}

/** True for zero and for amounts that are large enough to be charged. */
export function isChargeable(amount: number, currency: string): boolean {
  return amount === 0 || amount >= minimumCharge(currency)
}

/** Throws Stripe's error for an amount below the minimum, or with digits that are not charged. */
export function requireChargeable(amount: number, currency: string, param?: string): void {
  requireStep(amount, currency, param)
  if (isChargeable(amount, currency)) return
  const minimum = formatAmount(minimumCharge(currency), currency)
  throw invalid(`Amount must be at least ${minimum} ${currency}`, param, 'amount_too_small')
}
