import { translated } from '../translated.js'

/** Sentences of dates that are known in advance, of plans that wait, and of the steps of an invoice. */
export const calendarWords = translated('calendarWords', {
  title: 'Upcoming',
  none: 'Nothing is scheduled.',
  kinds: {
    RENEWAL: (plan: string) => `${plan} renews`,
    TRIAL_ENDS: (plan: string) => `The trial of ${plan} ends`,
    CANCELLATION: (plan: string) => `${plan} ends as requested`,
    PLAN_CHANGE: (plan: string) => `The plan changes to ${plan}`,
    PLAN_STARTS: (plan: string) => `${plan} begins`,
    CHECKOUT_EXPIRES: (plan: string) => `The payment page of ${plan} expires`,
    PAYMENT_ATTEMPT: () => 'An open invoice is due',
    PAUSE_BEGINS: (plan: string) => `The paid period of ${plan} ends, and it is paused`,
    PAUSE_ENDS: (plan: string) => `The pause of ${plan} ends`,
    ACCESS_ENDS: (plan: string) => `${plan} is suspended if its invoice is unpaid`,
    COMPED_PLAN_ENDS: (plan: string) => `The complimentary plan ${plan} ends`,
    CREDITS_EXPIRE: (feature: string, amount: string) => `${amount} of ${feature} expire`,
  } as Readonly<Record<string, (name: string, amount: string) => string>>,
  /** The next attempt to charge an overdue invoice. */
  retried: (plan: string) => `The payment for ${plan} is tried again`,
  /** A change of the present plan, to another price if there is one. */
  terms: (plan: string, price: string | null) =>
    price ? `The price of ${plan} changes to ${price}` : `The terms of ${plan} change`,
  pending: {
    CREATING: (plan: string) => `The payment page of ${plan} is being created.`,
    AWAITING_PAYMENT: (plan: string) => `${plan} begins when you have paid.`,
    PROCESSING: (plan: string) =>
      `The payment for ${plan} takes a few days. You need not do anything. Until then, no other plan can be chosen.`,
    IN_REVIEW: (plan: string) => `We are checking the payment for ${plan}. You need not do anything.`,
    REQUESTED: (plan: string) => `The change to ${plan} is in progress.`,
    AWAITING_CONFIRMATION: (plan: string) => `The change to ${plan} begins when you have confirmed it.`,
    STARTS_LATER: (plan: string) => `${plan} is agreed on and begins later.`,
  } as Readonly<Record<string, (plan: string) => string>>,
  until: (date: string) => `The page can be used until ${date}.`,
  startsOn: (date: string) => `It begins on ${date}.`,
  pay: 'Continue to the payment',
  confirm: 'Confirm the change',
  steps: 'Timeline',
  stepsOf: (number: string) => `Timeline of invoice ${number}`,
  stepKinds: {
    CREATED: () => 'Created',
    PAYMENT_FAILED: (attempt: string) => `Payment attempt ${attempt} failed`,
    CONFIRMATION_REQUIRED: (attempt: string) => `Attempt ${attempt}: the bank asks for a confirmation`,
    ACCESS_ENDED: () => 'The plan was suspended',
    CREDITED: (number: string) => `Credit note ${number}`,
    PAID: () => 'Paid',
    OVERDUE: () => 'Overdue',
    DUE: () => 'Payment due',
    NEXT_ATTEMPT: () => 'Next payment attempt',
    ACCESS_ENDS: () => 'The plan is suspended if still unpaid',
  } as Readonly<Record<string, (attemptOrNumber: string) => string>>,
  creditNote: {
    whole: (amount: string) => `${amount} credited`,
    tax: (amount: string) => `${amount} of it tax`,
    reducedDue: (amount: string) => `${amount} less to pay`,
    refunded: (amount: string) => `${amount} refunded`,
    credited: (amount: string) => `${amount} added to the credit of the account`,
    returnedElsewhere: (amount: string) => `${amount} returned in another way`,
    reasons: {
      DUPLICATE: 'charged twice',
      FRAUDULENT: 'not bought by the customer',
      ORDER_CHANGE: 'the order changed',
      PRODUCT_UNSATISFACTORY: 'not satisfactory',
    } as Readonly<Record<string, string>>,
    pdf: 'Download the credit note',
  },
  planned: 'planned',
})
