import { enumType } from '../kernel/decorators.js'

export const AlertBasis = enumType('AlertBasis', 'Number that an alert watches.', {
  ALLOWANCE: 'Use of the allowance reaches the level. Sent once in a window.',
  BALANCE: 'The balance falls below the level. Sent once for each fall.',
  FORECAST: 'The use that is forecast for the end of the window exceeds the allowance. Sent once in a window.',
})
export type AlertBasis = keyof typeof AlertBasis
