/** Our reference on a PayPal order or subscription, because PayPal has no customers. */
export interface Reference {
  readonly checkoutId: string
  readonly accountId: string
  /** True if a start later than its creation was requested. */
  readonly startsLater: boolean
}

const TEXT = /^(chk_[0-9a-z]{26}):(acc_[0-9a-z]{26})(:later)?$/

/** Fits into PayPal's 127 characters. */
export const referenceText = ({ checkoutId, accountId, startsLater }: Reference): string =>
  `${checkoutId}:${accountId}${startsLater ? ':later' : ''}`

/** Null for a reference that we did not write or that is malformed. */
export function readReference(customId: string | null | undefined): Reference | null {
  const match = TEXT.exec(customId ?? '')
  return match ? { checkoutId: match[1]!, accountId: match[2]!, startsLater: match[3] !== undefined } : null
}
