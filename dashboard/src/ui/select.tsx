import { NativeSelect, type NativeSelectProps } from '@mantine/core'

interface SelectProps<Value extends string> extends Omit<NativeSelectProps, 'data' | 'value' | 'onChange'> {
  readonly data: readonly { readonly value: Value; readonly label: string }[]
  readonly value: string | null
  /** Text of the choice of no value. Without it there is always a value. */
  readonly none?: string
  readonly onChange: (value: Value | null) => void
}

/** A choice of the platform: it works with every keyboard, screen reader and phone. */
export function Select<Value extends string>({ data, value, none, onChange, ...props }: SelectProps<Value>) {
  const isEmptyOffered = none !== undefined || value === null
  // The choices can still be loading: the value is not the choice of none.
  const isUnknown = value !== null && value !== '' && !data.some((each) => each.value === value)
  return (
    <NativeSelect
      {...props}
      data={[
        ...(isEmptyOffered ? [{ value: '', label: none ?? '' }] : []),
        ...(isUnknown ? [{ value, label: '…' }] : []),
        ...data,
      ]}
      value={value ?? ''}
      onChange={(event) => onChange((event.currentTarget.value as Value) || null)}
    />
  )
}
