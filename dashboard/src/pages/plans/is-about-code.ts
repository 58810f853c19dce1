import type { Denial } from '@stackgate/client'

/** True for a denial of the promotion code, which is shown at its field. */
export const isAboutCode = (result: object): result is Denial => 'field' in result && result.field === 'promotionCode'
