import './figure-choice.css'
import type { Metric } from '@stackgate/client'
import { useId } from 'react'

interface Figure {
  readonly metric: Metric
  readonly name: string
  /** Value of the whole range. */
  readonly value: string
  /** Difference from the range before. Empty without one. */
  readonly change: string
}

interface FigureChoiceProps {
  /** Name of the choice, for screen readers. */
  readonly name: string
  readonly value: Metric
  readonly figures: readonly Figure[]
  readonly onChange: (metric: Metric) => void
}

/** Totals of a range, of which the chosen one is drawn. */
export function FigureChoice({ name, value: chosen, figures, onChange }: FigureChoiceProps) {
  const group = useId()
  return (
    <div className="figure-choice" role="radiogroup" aria-label={name}>
      {figures.map(({ metric, name: text, value, change }) => (
        <label key={metric}>
          <input type="radio" name={group} checked={metric === chosen} onChange={() => onChange(metric)} />
          <span>{text}</span>
          <strong>{value}</strong>
          {change && <small>{change}</small>}
        </label>
      ))}
    </div>
  )
}
