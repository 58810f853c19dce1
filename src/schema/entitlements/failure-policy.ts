import { enumType } from '../kernel/decorators.js'

/** What is answered when the store cannot. */
export const FailurePolicy = enumType(
  'FailurePolicy',
  'What is answered when the store cannot; the catalog says it for each feature.',
  {
    CLOSED: 'Refused: nothing is given that could not be counted.',
    OPEN: 'Allowed, without being counted.',
  },
)
export type FailurePolicy = keyof typeof FailurePolicy
