import { Button, Group, SimpleGrid, TextInput } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { filterText } from '../session/use-filter.js'

/** Begin of the day after a day: a range contains its last day. */
export function dayAfter(day: string): string {
  const begin = new Date(`${day}T00:00:00Z`)
  // The server refuses a text of an address that is no day.
  if (Number.isNaN(begin.getTime())) return day
  begin.setUTCDate(begin.getUTCDate() + 1)
  return begin.toISOString()
}

interface FilterField {
  /** Name in the address. */
  readonly name: string
  readonly label: string
  readonly description?: string
  readonly type?: 'date'
}

interface FilterFormProps {
  /** Name of the form for readers. */
  readonly name: string
  readonly fields: readonly FilterField[]
  /** Text of the button. */
  readonly submit: string
}

/** Filters of a list. They are in the address after they are sent. */
export function FilterForm(props: FilterFormProps) {
  const search: Readonly<Record<string, unknown>> = useSearch({ strict: false })
  const values = Object.fromEntries(props.fields.map(({ name }) => [name, filterText(search[name])]))
  return <Fields key={JSON.stringify(values)} {...props} values={values} />
}

type Values = Readonly<Record<string, string>>

function Fields({ name: formName, fields, submit, values }: FilterFormProps & { readonly values: Values }) {
  const navigate = useNavigate()
  const [texts, setTexts] = useState(values)
  const send = (event: FormEvent) => {
    event.preventDefault()
    const next = Object.fromEntries(fields.map(({ name }) => [name, texts[name]?.trim() || undefined]))
    void navigate({ to: '.', search: ((old: object) => ({ ...old, ...next })) as never })
  }
  return (
    <form onSubmit={send} role="search" aria-label={formName} className="grow">
      <Group align="flex-end" gap="xs">
        <SimpleGrid className="grow" cols={{ base: 1, sm: Math.min(fields.length, 3) }}>
          {fields.map(({ name, label, description, type }) => (
            <TextInput
              key={name}
              type={type ?? 'search'}
              label={label}
              description={description}
              value={texts[name] ?? ''}
              onChange={(event) => setTexts({ ...texts, [name]: event.currentTarget.value })}
            />
          ))}
        </SimpleGrid>
        <Button type="submit" variant="default" aria-label={`${submit}: ${formName}`}>
          {submit}
        </Button>
      </Group>
    </form>
  )
}
