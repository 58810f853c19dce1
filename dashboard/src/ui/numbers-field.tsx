import { TextInput } from '@mantine/core'

interface NumbersFieldProps {
  readonly label: string
  readonly description: string
  readonly value: string
  /** The typed numbers. Null: the value has something else in it. */
  readonly numbers: readonly number[] | null
  /** Text of the error if there are no such numbers. */
  readonly invalid: string
  /** True for the field that takes the focus when its dialog opens. */
  readonly isFirst?: boolean
  readonly onChange: (text: string) => void
}

/** Several numbers, typed as `50, 80, 100`. */
export const NumbersField = ({ numbers, invalid, isFirst, onChange, ...props }: NumbersFieldProps) => (
  <TextInput
    {...props}
    error={numbers === null && invalid}
    data-autofocus={isFirst || undefined}
    onChange={(event) => onChange(event.currentTarget.value)}
  />
)
