import type { PageKey } from '../../ui/keys.js'
import { reviewWords as texts } from '../../words/en/reviews.js'

/** Templates of the queue between which keys move. */
export const REVIEWS_OF_KEYS = 50

/** The keys that move within a list, as in mail programs. */
export const moveKeys = (move: (step: number) => void): readonly PageKey[] => [
  { key: 'j', name: texts.next, run: () => move(1) },
  { key: 'k', name: texts.previous, run: () => move(-1) },
]
