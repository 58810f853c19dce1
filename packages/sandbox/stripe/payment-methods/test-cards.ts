/** Behavior of a test card. */
export interface TestCard {
  number: string
  brand: 'visa' | 'mastercard' | 'amex' | 'discover'
  country: string
  /** The names under which Stripe's API knows it: `pm_card_visa`, `tok_visa`. */
  tokens: readonly string[]
  /** Result if its owner pays: on the hosted page, or while the owner is present. */
  atCheckout: Outcome
  /** Result if it is charged later, for a renewal. */
  later: Outcome
  declineCode: string
  /** Status of its refunds. */
  refund: 'succeeded' | 'fails_later' | 'succeeds_later'
  /** True if its owner disputes each charge immediately. */
  disputed: boolean
  /** Hint that the page shows. */
  hint: string
}

type Outcome = 'paid' | 'declined' | 'challenge'

const PLAIN = {
  brand: 'visa',
  country: 'US',
  tokens: [],
  atCheckout: 'paid',
  later: 'paid',
  declineCode: 'generic_decline',
  refund: 'succeeded',
  disputed: false,
} satisfies Partial<TestCard>

/** The card that pays. */
export const PAYING_CARD = '4242424242424242'

/** Card that requires a 3D Secure challenge. */
export const CHALLENGED_CARD = '4000002500003155'

/** The card that is declined. */
export const DECLINED_CARD = '4000000000000002'

/** Numbers and names are Stripe's own. */
const CARDS: TestCard[] = [
  { ...PLAIN, number: PAYING_CARD, tokens: ['visa', 'us'], hint: 'pays' },
  {
    ...PLAIN,
    number: DECLINED_CARD,
    tokens: ['visa_chargeDeclined', 'chargeDeclined'],
    atCheckout: 'declined',
    later: 'declined',
    hint: 'is declined',
  },
  {
    ...PLAIN,
    number: CHALLENGED_CARD,
    tokens: ['authenticationRequiredOnSetup'],
    atCheckout: 'challenge',
    declineCode: 'authentication_required',
    hint: 'asks for authentication (3D Secure)',
  },
  {
    ...PLAIN,
    number: '4000000000009995',
    tokens: ['visa_chargeDeclinedInsufficientFunds', 'chargeDeclinedInsufficientFunds'],
    atCheckout: 'declined',
    later: 'declined',
    declineCode: 'insufficient_funds',
    hint: 'has insufficient funds',
  },
  {
    ...PLAIN,
    number: '4000000000000341',
    tokens: ['chargeCustomerFail'],
    later: 'declined',
    hint: 'pays now and fails at renewal',
  },
  {
    ...PLAIN,
    number: '4000002760003184',
    country: 'DE',
    tokens: ['authenticationRequired', 'threeDSecure2Required'],
    atCheckout: 'challenge',
    later: 'challenge',
    declineCode: 'authentication_required',
    hint: 'asks for authentication each time, at renewals too',
  },
  { ...PLAIN, number: '5555555555554444', brand: 'mastercard', tokens: ['mastercard'], hint: 'pays (Mastercard)' },
  { ...PLAIN, number: '4000056655665556', tokens: ['visa_debit'], hint: 'pays (Visa debit)' },
  { ...PLAIN, number: '371449635398431', brand: 'amex', tokens: ['amex'], hint: 'pays (American Express)' },
  { ...PLAIN, number: '378282246310005', brand: 'amex', hint: 'pays (American Express)' },
  { ...PLAIN, number: '6011000990139424', brand: 'discover', tokens: ['discover'], hint: 'pays (Discover)' },
  { ...PLAIN, number: '6011111111111117', brand: 'discover', hint: 'pays (Discover)' },
  ...declining([
    ['4000000000000069', 'ExpiredCard', 'expired_card'],
    ['4000000000000127', 'IncorrectCvc', 'incorrect_cvc'],
    ['4000000000000119', 'ProcessingError', 'processing_error'],
    ['4000000000009987', 'LostCard', 'lost_card'],
    ['4000000000009979', 'StolenCard', 'stolen_card'],
    ['4100000000000019', 'Fraudulent', 'fraudulent'],
  ]),
  {
    ...PLAIN,
    number: '4000000000005126',
    tokens: ['refundFail'],
    refund: 'fails_later',
    hint: 'pays, and its refunds fail later',
  },
  {
    ...PLAIN,
    number: '4000000000007726',
    tokens: ['pendingRefund'],
    refund: 'succeeds_later',
    hint: 'pays, and its refunds take a while',
  },
  {
    ...PLAIN,
    number: '4000000000000259',
    tokens: ['createDispute'],
    disputed: true,
    hint: 'pays, and its owner disputes the charge',
  },
]

function declining(cards: readonly (readonly [number: string, name: string, declineCode: string])[]): TestCard[] {
  return cards.map(([number, name, declineCode]) => ({
    ...PLAIN,
    number,
    tokens: [`visa_chargeDeclined${name}`, `chargeDeclined${name}`],
    atCheckout: 'declined',
    later: 'declined',
    declineCode,
    hint: `is declined (${declineCode})`,
  }))
}

/** The cards shown as a hint on the hosted pages. */
export const HINTED_CARDS = CARDS.slice(0, 6)

/** The test card with these digits (blanks and dashes are ignored), or undefined. */
export function findTestCard(digits: string): TestCard | undefined {
  const number = digits.replaceAll(/[\s-]/g, '')
  return CARDS.find((card) => card.number === number)
}

/** The test card that Stripe's API names so (`pm_card_visa`, `tok_visa`), or undefined. */
export function findCardByToken(token: string): TestCard | undefined {
  const name = /^(?:pm_card|tok)_(.+)$/.exec(token)?.[1]
  return name === undefined ? undefined : CARDS.find((card) => card.tokens.includes(name))
}

/** Message for a payer who did not pass the challenge of a card. */
export const CHALLENGE_FAILED =
  'We are unable to authenticate your payment method. Please choose a different one and try again.'

const MESSAGES: Record<string, string> = {
  insufficient_funds: 'Your card has insufficient funds.',
  expired_card: 'Your card has expired.',
  processing_error: 'An error occurred while processing your card. Try again later.',
  incorrect_cvc: "Your card's security code is incorrect.",
  authentication_required: 'Your card was declined. This transaction requires authentication.',
  debit_not_authorized: 'Your bank did not let the debit pass.',
}

/** Stripe's message to the payer for a decline code. */
export function declineMessage(declineCode: string): string {
  return MESSAGES[declineCode] ?? 'Your card was declined.'
}
