import { TextInput } from '@mantine/core'

interface NumberFieldProps {
  readonly label: string
  readonly description?: string
  /** Text of the field: an empty one is no number. */
  readonly value: string
  readonly min?: number
  /** Smallest difference of two values. Default: whole numbers. */
  readonly step?: string
  readonly isRequired?: boolean
  /** True for the field that takes the focus when its dialog opens. */
  readonly isFirst?: boolean
  readonly onChange: (text: string) => void
}

/** A number, as the platform asks for it. */
export const NumberField = ({ isRequired = false, isFirst, onChange, ...props }: NumberFieldProps) => (
  <TextInput
    {...props}
    type="number"
    inputMode="decimal"
    required={isRequired}
    data-autofocus={isFirst || undefined}
    onChange={(event) => onChange(event.currentTarget.value)}
  />
)
