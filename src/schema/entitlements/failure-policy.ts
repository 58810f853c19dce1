import { enumType } from '../kernel/decorators.js'

export const FailurePolicy = enumType('FailurePolicy', 'Decision for a feature while the database is unavailable.', {
  CLOSED: 'Denied, because the use could not be counted.',
  OPEN: 'Allowed without being counted.',
})
export type FailurePolicy = keyof typeof FailurePolicy
