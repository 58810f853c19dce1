import { Button, Group, Paper, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import IconFilter from 'icon:filter'
import IconX from 'icon:x'
import { Suspense, useState, type FormEvent, type ReactNode } from 'react'
import { lazyPart } from '../session/load-part.js'
import { filterText } from '../session/use-filter.js'
import { deleteView, useViews } from '../session/views.js'
import { listWords } from '../words/en/lists.js'
import { ColumnPlace, WITHOUT } from './column-choice.js'
import { Select } from './select.js'
import { date } from './format.js'
import { Icon } from './icon.js'

const SaveViewDialog = lazyPart(() => import('./save-view-dialog.js'), 'SaveViewDialog')

const texts = listWords

/** A condition of a list. */
export interface ListFilter {
  /** Name in the address. */
  readonly name: string
  readonly label: string
  readonly description?: string
  readonly type?: 'date'
  /** Values to choose from. Default: any text. */
  readonly data?: readonly { readonly value: string; readonly label: string }[]
}

interface ListBarProps {
  /** Name of the list, below which its views are kept. */
  readonly name: string
  /** The field for texts that is always shown. */
  readonly search?: ListFilter
  readonly filters?: readonly ListFilter[]
  /** Acts on the whole list. */
  readonly children?: ReactNode
}

type Values = Readonly<Record<string, string>>

/** Keys of the address that belong to the table. */
const OF_TABLE = ['sort', WITHOUT]

/** The conditions of a list, in the address: its search, its filters as chips that can be removed, and views of them that are kept by a name. */
export function ListBar({ name, search, filters = [], children }: ListBarProps) {
  const navigate = useNavigate()
  const address: Readonly<Record<string, unknown>> = useSearch({ strict: false })
  const [isOpen, setOpen] = useState(false)
  const all = [...(search ? [search] : []), ...filters]
  const values = Object.fromEntries(
    [...all.map((each) => each.name), ...OF_TABLE].flatMap((key) => {
      const text = filterText(address[key])
      return text ? [[key, text] as const] : []
    }),
  )
  const change = (next: Readonly<Record<string, string | undefined>>) =>
    void navigate({ to: '.', search: ((old: object) => ({ ...old, ...next, view: undefined })) as never })
  return (
    <div className="list-bar">
      <Views list={name} keys={all.map((each) => each.name)} values={values} />
      <Group gap="xs">
        {search && <SearchField key={values[search.name]} field={search} values={values} onChange={change} />}
        {filters.map(
          (filter) =>
            values[filter.name] && (
              <button
                key={filter.name}
                type="button"
                className="chip"
                aria-label={texts.remove(filter.label, valueText(filter, values[filter.name]!))}
                onClick={() => change({ [filter.name]: undefined })}
              >
                {texts.condition(filter.label, valueText(filter, values[filter.name]!))}
                <Icon of={IconX} size={12} />
              </button>
            ),
        )}
        {filters.length > 0 && (
          <Button
            variant="default"
            leftSection={<Icon of={IconFilter} />}
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            {texts.filter}
          </Button>
        )}
        <ColumnPlace />
        {children && (
          <Group gap="xs" className="list-acts">
            {children}
          </Group>
        )}
      </Group>
      {isOpen && <FilterFields key={JSON.stringify(values)} filters={filters} values={values} onChange={change} />}
    </div>
  )
}

/** Numbers behind the names of choices belong to the choice, not to the condition. */
const valueText = ({ data, type }: ListFilter, value: string): string =>
  data?.find((each) => each.value === value)?.label.replace(/ \(.*\)$/, '') ??
  (type === 'date' ? dayText(value) : value)

const dayText = (day: string): string => (Number.isNaN(Date.parse(day)) ? day : date(day))

interface FieldsProps {
  readonly values: Values
  readonly onChange: (next: Readonly<Record<string, string | undefined>>) => void
}

/** On a phone it leaves place for the button. */
const SEARCH = { flex: '1 1 20rem', maxInlineSize: '20rem' } as const

function SearchField({ field, values, onChange }: FieldsProps & { readonly field: ListFilter }) {
  const [text, setText] = useState(values[field.name] ?? '')
  const send = (event: FormEvent) => {
    event.preventDefault()
    onChange({ [field.name]: text.trim() || undefined })
  }
  return (
    <form role="search" aria-label={field.label} onSubmit={send} style={SEARCH}>
      <TextInput
        type="search"
        aria-label={field.label}
        title={field.description}
        placeholder={field.description ?? field.label}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </form>
  )
}

function FilterFields({ filters, values, onChange }: FieldsProps & { readonly filters: readonly ListFilter[] }) {
  const [edited, setEdited] = useState(values)
  const send = (event: FormEvent) => {
    event.preventDefault()
    onChange(Object.fromEntries(filters.map(({ name }) => [name, edited[name]?.trim() || undefined])))
  }
  return (
    <Paper component="form" withBorder p="md" radius="md" onSubmit={send} aria-label={texts.filter}>
      <Stack align="flex-start">
        <SimpleGrid w="100%" cols={{ base: 1, sm: Math.min(filters.length, 3) }} maw={720}>
          {filters.map(({ name, label, description, type, data }) =>
            data ? (
              <Select
                key={name}
                label={label}
                none={texts.any}
                data={data}
                value={values[name] ?? null}
                onChange={(value) => onChange({ [name]: value ?? undefined })}
              />
            ) : (
              <TextInput
                key={name}
                type={type ?? 'text'}
                label={label}
                description={description}
                value={edited[name] ?? ''}
                onChange={(event) => setEdited({ ...edited, [name]: event.currentTarget.value })}
              />
            ),
          )}
        </SimpleGrid>
        {filters.some(({ data }) => !data) && (
          <Button type="submit" variant="default">
            {texts.apply}
          </Button>
        )}
      </Stack>
    </Paper>
  )
}

/** A view is the present one if the address has its conditions and no others. */
const EXACT = { exact: true } as const

interface ViewsProps {
  readonly list: string
  /** Names of the conditions. */
  readonly keys: readonly string[]
  readonly values: Values
}

/** Conditions and a sort that were kept by a name. Absent without any to show or keep. */
function Views({ list, keys, values }: ViewsProps) {
  const views = useViews(list)
  const view = filterText(useSearch({ strict: false, select: (search) => (search as { view?: unknown }).view }))
  const [isSaving, setSaving] = useState(false)
  const hasConditions = Object.keys(values).length > 0
  if (views.length === 0 && !hasConditions) return null
  const searchOf = (next: Values) => (old: object) => ({
    ...old,
    ...Object.fromEntries([...keys, ...OF_TABLE, 'view'].map((key) => [key, undefined])),
    ...next,
  })
  return (
    <nav className="views" aria-label={texts.views}>
      <Link to="." search={searchOf({}) as never} activeOptions={EXACT}>
        {texts.all}
      </Link>
      {views.map(({ name, search }) => (
        <Link key={name} to="." search={searchOf({ ...search, view: name }) as never} activeOptions={EXACT}>
          {name}
        </Link>
      ))}
      {views.some(({ name, search }) => name === view && JSON.stringify(search) === JSON.stringify(values)) ? (
        <Button size="compact-xs" variant="subtle" color="gray" onClick={() => deleteView(list, view)}>
          {texts.deleteView}
        </Button>
      ) : (
        hasConditions && (
          <Button size="compact-xs" variant="subtle" aria-haspopup="dialog" onClick={() => setSaving(true)}>
            {texts.saveView}
          </Button>
        )
      )}
      {isSaving && (
        <Suspense>
          <SaveViewDialog list={list} search={values} onClose={() => setSaving(false)} />
        </Suspense>
      )}
    </nav>
  )
}
