import type { Denial } from '@stackgate/client'

/** True for a denial of the promotion code, which is shown at its field. */
export const isAboutCode = ({ issues }: Pick<Denial, 'issues'>): boolean => issues?.[0]?.path[0] === 'promotionCode'
