import './stars.css'
import { Group, Text } from '@mantine/core'
import IconStar from 'icon:star'
import IconStarFilled from 'icon:star-filled'
import { marketWords } from '../words/en/market.js'
import { count, decimal } from './format.js'
import { Icon } from './icon.js'

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
      <StarRow filled={Math.round(rating)} />
      <Text size="sm" span>
        {decimal(rating)} ({count(ratingCount)})
      </Text>
    </Group>
  )
}

export const StarRow = ({ filled }: { readonly filled: number }) => (
  <span className="stars" aria-hidden>
    {[1, 2, 3, 4, 5].map((star) => (
      <Icon key={star} of={star <= filled ? IconStarFilled : IconStar} size={14} />
    ))}
  </span>
)
