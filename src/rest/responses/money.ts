import { z } from 'zod'

/** An amount of money. */
export const money = z
  .strictObject({
    amount: z.string().describe('Decimal amount.'),
    currency: z.string().describe('ISO 4217 code.'),
  })
  .meta({ id: 'Money', title: 'Money', description: 'An amount of money.' })
