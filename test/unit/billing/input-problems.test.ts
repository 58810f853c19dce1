import { inputProblems } from '#services/billing/model/input-problems.js'
import { refused, remedy } from '#services/kernel/denials/denial.js'

const quantity = refused('INVALID_AMOUNT', 'quantity must be between 1 and 10.', { field: 'quantity' })
const trial = refused('TRIAL_NOT_AVAILABLE', 'Plus has no trial.', { field: 'trialDays' })
const owned = refused('ALREADY_OWNED', 'Owned.', { field: 'templateId', remedies: [remedy('WAIT', 'Wait')] })

describe('inputProblems', () => {
  it('returns a single denial unchanged, and null without a denial', () => {
    expect(inputProblems(null, null)).toBeNull()
    expect(inputProblems(null, quantity)).toBe(quantity)
  })

  it('returns the problems of all fields together', () => {
    expect(inputProblems(quantity, null, trial)).toMatchObject({
      code: 'INVALID_PARAMETERS',
      message: 'quantity must be between 1 and 10. Plus has no trial.',
      issues: [
        { path: ['quantity'], code: 'INVALID_AMOUNT' },
        { path: ['trialDays'], code: 'TRIAL_NOT_AVAILABLE' },
      ],
    })
  })

  it('returns a denial for another reason alone, with its remedies', () => {
    expect(inputProblems(quantity, owned, trial)).toBe(owned)
  })
})
