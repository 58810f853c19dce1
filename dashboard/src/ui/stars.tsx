import { Group, Text } from '@mantine/core'
import { marketWords } from '../words/en/market.js'
import { decimal } from './format.js'

/** An average rating as stars, with its text for readers. */
export function Stars({ rating, ratingCount }: { readonly rating: number | null; readonly ratingCount: number }) {
  if (rating === null)
    return (
      <Text size="sm" c="dimmed">
        {marketWords.noRatings}
      </Text>
    )
  return (
    <Group gap={6} wrap="nowrap" role="img" aria-label={marketWords.stars(decimal(rating), ratingCount)}>
      <StarRow count={Math.round(rating)} />
      <Text size="sm" span>
        {decimal(rating)} ({ratingCount})
      </Text>
    </Group>
  )
}

export const StarRow = ({ count }: { readonly count: number }) => (
  <span className="stars" aria-hidden>
    {'★'.repeat(count)}
    <span className="stars-missing">{'★'.repeat(5 - count)}</span>
  </span>
)
