import { translated } from '../translated.js'

/** Sentences about the pause of a subscription. */
export const pauseWords = translated('pauseWords', {
  pause: 'Pause',
  pauseTitle: 'Pause the subscription?',
  pauseText: (paid: string, until: string) =>
    `Nothing is charged from ${paid} until ${until}. Then it continues by itself.`,
  pauseAccess: { kept: 'The plan stays in this time.', suspended: 'The plan is suspended in this time.' },
  paused: (until: string | null) => (until ? `Paused until ${until}.` : 'Paused.'),
  awaitsPayment: (date: string) => `Active again with the payment on ${date}.`,
  usableUntil: (date: string) => `You can use the plan until ${date}.`,
  endPause: 'Resume',
  endPauseTitle: 'Resume the subscription?',
  dueNow: (amount: string) => `${amount} is charged now.`,
  nothingDue: 'Nothing is charged now.',
})
