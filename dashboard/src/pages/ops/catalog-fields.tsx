import { Anchor, Group, Text, Textarea, TextInput } from '@mantine/core'
import { useId, useState } from 'react'
import type { CatalogField, CatalogFields } from '../../../catalog-schema.js'
import { count, label } from '../../ui/format.js'
import { Select } from '../../ui/select.js'
import { catalogFormWords } from '../../words/en/catalog-form.js'
import { edited, errorOf, labelOf, useCatalogForm } from './catalog-form-context.js'
import { nodeAt, placeOf, scalarAt, textsAt, typed, type Path } from './catalog-text.js'

const texts = catalogFormWords

interface InYamlProps {
  readonly path: Path
  readonly name: string
}

/** A value for which the form has no field, with the way to its line. */
export function InYaml({ path, name }: InYamlProps) {
  const form = useCatalogForm()
  const place = placeOf(form.catalog, path)
  const error = errorOf(form, path, true)
  return (
    <Group gap="xs">
      <Text size="sm" fw={500}>
        {name}
      </Text>
      <Anchor component="button" type="button" size="sm" onClick={() => form.show(place)}>
        {texts.inYaml(count(place.line))}
      </Anchor>
      {error && (
        <Text size="sm" c="red">
          {error}
        </Text>
      )}
    </Group>
  )
}

interface TypedInputProps {
  readonly name: string
  readonly label: string
  readonly description?: string | undefined
  readonly value: string
  readonly error?: string | undefined
  readonly isRequired?: boolean
  readonly isNumber?: boolean
  readonly isLong?: boolean
  /** Values that are offered, where others are allowed. */
  readonly examples?: readonly string[] | undefined
  /** Undefined: the value is left out. */
  readonly onType: (text: string | undefined) => void
}

/** A text that keeps what is typed while it has the focus: an optional value is removed when the reader leaves its empty field. */
export function TypedInput({ isRequired = false, isNumber, isLong, examples, onType, ...props }: TypedInputProps) {
  const [draft, setDraft] = useState<string | null>(null)
  const list = useId()
  const field = {
    ...props,
    value: draft ?? props.value,
    required: isRequired,
    autoComplete: 'off',
    onChange: ({ currentTarget: { value } }: { readonly currentTarget: { readonly value: string } }) => {
      setDraft(value)
      if (isRequired || value.trim()) onType(value.trim())
    },
    onBlur: () => {
      if (draft?.trim() === '' && !isRequired) onType(undefined)
      setDraft(null)
    },
  }
  if (isLong) return <Textarea {...field} autosize minRows={2} />
  return (
    <>
      <TextInput {...field} inputMode={isNumber ? 'decimal' : 'text'} list={examples && list} />
      {examples && (
        <datalist id={list}>
          {examples.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      )}
    </>
  )
}

interface FieldProps {
  readonly path: Path
  readonly field: CatalogField
  readonly isRequired?: boolean
  /** Keys of the map that has the value, in their order. */
  readonly order: readonly string[]
  /** Values of the catalog that are offered. */
  readonly examples?: readonly string[] | undefined
}

/** The field of a value of the file, as its schema describes it. */
export function Field({ path, field, isRequired = false, order, examples = field.examples }: FieldProps) {
  const form = useCatalogForm()
  const { catalog, change } = form
  const key = path.at(-1)!
  const node = nodeAt(catalog, path)
  const write = (value: unknown) => change(edited(catalog, path, value, order))
  const input = {
    name: path.join('.'),
    label: labelOf(key),
    description: field.description,
    error: errorOf(form, path, field.type === 'array'),
    isRequired,
  }
  const lines = field.type === 'array' && field.items?.type !== 'object' ? textsAt(catalog, path) : null
  if (lines)
    return (
      <TypedInput
        {...input}
        isLong
        description={[field.description, texts.lines].filter(Boolean).join('. ')}
        value={lines.join('\n')}
        onType={(text) =>
          write(text?.split('\n').flatMap((line) => (line.trim() ? [valueOf(field.items!, line.trim())] : [])))
        }
      />
    )
  const value = node === undefined ? '' : scalarAt(catalog, path)
  const hasField = !field.anyOf && field.type !== 'array' && field.type !== 'object'
  if (value === null || !hasField) return node === undefined ? null : <InYaml path={path} name={labelOf(key)} />
  if (field.enum)
    return (
      <Select
        name={input.name}
        label={input.label}
        description={input.description}
        error={input.error}
        required={isRequired}
        {...(!isRequired && { none: '–' })}
        data={field.enum.map((each) => ({ value: each, label: label(each) }))}
        value={value || null}
        onChange={(chosen) => write(chosen ?? undefined)}
      />
    )
  return (
    <TypedInput
      {...input}
      isNumber={field.type !== 'string'}
      isLong={key === 'description'}
      examples={examples}
      value={value}
      onType={(text) => write(text === undefined ? undefined : valueOf(field, text))}
    />
  )
}

const valueOf = ({ type }: CatalogField, text: string): unknown => (type === 'string' ? text : typed(text))

interface FieldsProps {
  readonly path: Path
  readonly fields: CatalogFields
  readonly required?: readonly string[] | undefined
  readonly examplesOf?: (key: string) => readonly string[] | undefined
  /** Keys of the map, if there are others. */
  readonly order?: readonly string[]
}

/** Fields of a map of the file. */
export const Fields = ({ path, fields, required = [], examplesOf, order = Object.keys(fields) }: FieldsProps) =>
  Object.entries(fields).map(([key, field]) => (
    <Field
      key={key}
      path={[...path, key]}
      field={field}
      isRequired={required.includes(key)}
      order={order}
      examples={examplesOf?.(key) ?? field.examples}
    />
  ))
