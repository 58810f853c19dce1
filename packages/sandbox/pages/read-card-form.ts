import { parseForm } from '../stripe/api/form.js'
import { findTestCard, type TestCard } from '../stripe/payment-methods/test-cards.js'
import type { Typed } from './checkout-page.js'

/** Submitted card form: a card to charge, or the problem with it. */
export type CardForm = { typed: Typed } & ({ card: TestCard; problem: null } | { card: null; problem: string })

/** Reads and checks the card form; `now` is business time. */
export function readCardForm(body: string, now: Date): CardForm {
  const form = parseForm(body)
  const value = (name: string) => {
    const given = form[name]
    return typeof given === 'string' ? given.trim().slice(0, 100) : ''
  }
  const typed = { name: value('name'), email: value('email') }
  const refuse = (problem: string): CardForm => ({ typed, card: null, problem })
  if (typed.email !== '' && !/^[^\s@]+@[^\s@]+$/.test(typed.email)) return refuse('Your email is not valid.')
  const card = findTestCard(value('number'))
  if (card === undefined) return refuse('Your card number is not one of the test cards.')
  if (!isFuture(value('expiry'), now)) return refuse("Your card's expiry is not valid or in the past.")
  if (!/^\d{3,4}$/.test(value('cvc'))) return refuse("Your card's security code is incomplete.")
  if (typed.name === '') return refuse('The name on the card is missing.')
  return { typed, card, problem: null }
}

/** `MM / YY` or `MM/YYYY`, this month or later. */
function isFuture(expiry: string, now: Date): boolean {
  const match = /^(0?[1-9]|1[0-2])\s*\/?\s*(\d{2}|\d{4})$/.exec(expiry)
  if (match === null) return false
  const year = Number(match[2]) + (match[2]?.length === 2 ? 2000 : 0)
  return year * 12 + Number(match[1]) >= now.getUTCFullYear() * 12 + now.getUTCMonth() + 1
}
