import './stars.css'
import { Group, Text } from '@mantine/core'
import { useId } from 'react'
import IconStar from 'icon:star'
import IconStarFilled from 'icon:star-filled'
import { marketWords } from '../words/en/market.js'
import { locale } from '../words/language.js'
import { decimal } from './format.js'
import { Icon } from './icon.js'

const average = (rating: number): string =>
  new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(rating)

/** An average rating as stars, with its text for readers. */
export function Stars({ rating, ratingCount }: { readonly rating: number | null; readonly ratingCount: number }) {
  if (rating === null)
    return (
      <Text size="sm" c="dimmed">
        {marketWords.noRatings}
      </Text>
    )
  return (
    <Group
      gap={6}
      wrap="nowrap"
      role="img"
      aria-label={marketWords.stars(decimal(rating), marketWords.ratingCount(ratingCount))}
    >
      <StarRow filled={Math.round(rating)} />
      <Text size="sm" span>
        {average(rating)} · {marketWords.ratingCount(ratingCount)}
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

interface StarChoiceProps {
  /** Number of stars. Null: none is chosen. */
  readonly value: number | null
  readonly onChange: (stars: number) => void
  /** Text that says that a choice is missing. */
  readonly error: string | null
}

/** A choice of one to five stars. Arrow keys move it, as in every group of radio buttons. */
export function StarChoice({ value, onChange, error }: StarChoiceProps) {
  const id = useId()
  return (
    <div>
      <div
        className="star-choice"
        role="radiogroup"
        aria-label={marketWords.yourStars}
        aria-required
        aria-invalid={error !== null}
        aria-describedby={error === null ? undefined : id}
      >
        {[1, 2, 3, 4, 5].map((star) => (
          <label key={star} title={marketWords.starChoice(String(star))}>
            <input
              type="radio"
              name="stars"
              checked={star === value}
              aria-label={marketWords.starChoice(String(star))}
              onChange={() => onChange(star)}
            />
            <Icon of={value !== null && star <= value ? IconStarFilled : IconStar} size={20} />
          </label>
        ))}
      </div>
      {error && (
        <Text id={id} size="sm" c="red" role="alert">
          {error}
        </Text>
      )}
    </div>
  )
}
