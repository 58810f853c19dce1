import { useId } from 'react'

interface SegmentsProps<Value extends string> {
  /** Name of the choice, for screen readers. */
  readonly label: string
  readonly data: readonly { readonly value: Value; readonly label: string }[]
  readonly value: Value
  readonly onChange: (value: Value) => void
}

/** A choice of few values side by side. */
export function Segments<Value extends string>({ label, data, value: chosen, onChange }: SegmentsProps<Value>) {
  const name = useId()
  return (
    <div className="segments" role="radiogroup" aria-label={label}>
      {data.map(({ value, label: text }) => (
        <label key={value}>
          <input type="radio" name={name} checked={value === chosen} onChange={() => onChange(value)} />
          {text}
        </label>
      ))}
    </div>
  )
}
