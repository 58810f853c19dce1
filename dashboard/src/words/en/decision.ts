import { translated } from '../translated.js'

/** Sentences of the decision about the next request. */
export const decisionWords = translated('decisionWords', {
  refused: 'Why it is refused, and what lifts it',
  allowed: 'Explain',
  steps: 'Steps of the decision',
  yes: 'The next request is allowed.',
})
