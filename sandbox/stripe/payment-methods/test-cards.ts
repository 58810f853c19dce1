/** What a test card does. */
export interface TestCard {
  number: string
  brand: string
  /** What happens when it is entered on the hosted page. */
  atCheckout: 'paid' | 'declined' | 'challenge'
  /** What happens when it is charged later, for a renewal. */
  later: 'paid' | 'declined'
  declineCode: string
  /** What the page says about it. */
  hint: string
}

/** The card that pays. */
export const PAYING_CARD = '4242424242424242'

/** The card that asks for a 3D Secure challenge. */
export const CHALLENGED_CARD = '4000002500003155'

/** The card that is declined. */
export const DECLINED_CARD = '4000000000000002'

const CARDS: TestCard[] = [
  {
    number: PAYING_CARD,
    brand: 'visa',
    atCheckout: 'paid',
    later: 'paid',
    declineCode: 'generic_decline',
    hint: 'pays',
  },
  {
    number: DECLINED_CARD,
    brand: 'visa',
    atCheckout: 'declined',
    later: 'declined',
    declineCode: 'generic_decline',
    hint: 'is declined',
  },
  {
    number: CHALLENGED_CARD,
    brand: 'visa',
    atCheckout: 'challenge',
    later: 'paid',
    declineCode: 'authentication_required',
    hint: 'asks for authentication (3D Secure)',
  },
  {
    number: '4000000000009995',
    brand: 'visa',
    atCheckout: 'declined',
    later: 'declined',
    declineCode: 'insufficient_funds',
    hint: 'has insufficient funds',
  },
  {
    number: '4000000000000341',
    brand: 'visa',
    atCheckout: 'paid',
    later: 'declined',
    declineCode: 'generic_decline',
    hint: 'pays now and fails at renewal',
  },
]

/** The cards shown as a hint on the hosted page. */
export const HINTED_CARDS = CARDS.slice(0, 3)

/** The test card with these digits (blanks and dashes are ignored), or undefined. */
export function findTestCard(digits: string): TestCard | undefined {
  const number = digits.replaceAll(/[\s-]/g, '')
  return CARDS.find((card) => card.number === number)
}

const MESSAGES: Record<string, string> = {
  insufficient_funds: 'Your card has insufficient funds.',
  expired_card: 'Your card has expired.',
  incorrect_cvc: "Your card's security code is incorrect.",
  authentication_required:
    'We are unable to authenticate your payment method. Please choose a different one and try again.',
}

/** What Stripe tells the payer for a decline code. */
export function declineMessage(declineCode: string): string {
  return MESSAGES[declineCode] ?? 'Your card was declined.'
}
