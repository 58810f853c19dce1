import { refused, type Refused } from '../../kernel/denials/denial.js'
import type { PaymentPort } from '../providers/port.js'
import { unable } from '../providers/unable.js'

/** A promotion code that the provider knows and would take. */
export interface Promotion {
  readonly code: string
  readonly externalId: string
}

const CODE = /^[A-Za-z0-9-]{1,100}$/

/** Promotion codes are the provider's: what they take off is worked out there, and applied on its page. Null when none was given. */
export async function findPromotion(port: PaymentPort, code: string | null): Promise<Promotion | Refused | null> {
  if (code === null) return null
  const lacking = unable(port, 'promotions', 'promotionCode')
  if (lacking) return lacking
  const externalId = CODE.test(code) ? await port.findPromotion(code) : null
  return externalId === null
    ? refused('INVALID_PRICE', `There is no promotion code '${code}'.`, { field: 'promotionCode' })
    : { code, externalId }
}
