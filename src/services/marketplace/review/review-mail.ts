import type { ReviewDecision } from '#entities/marketplace/template-review.entity.js'
import { contentOf, type MailTexts } from '#services/kernel/mail/mail-texts.js'

interface Reviewed {
  /** The start of a review has no mail. */
  readonly decision: Exclude<ReviewDecision, 'STARTED'>
  /** Name of the template. */
  readonly name: string
  readonly version: number
  /** Words of the reviewer. Null for an approval. */
  readonly reason: string | null
}

/** The mail about the decision of a review, to the vendor. */
export const REVIEW_MAIL: MailTexts<Reviewed> = ({ decision, name, version, reason }, write) => {
  const content = contentOf(write, `review.${decision}`, { name, version: write.number(version) })
  const [first, ...others] = content.paragraphs
  return decision === 'APPROVED' ? content : { ...content, paragraphs: [first!, { quote: reason ?? '' }, ...others] }
}
