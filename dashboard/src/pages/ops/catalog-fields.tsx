import { Button, Group, Text, TextInput, Textarea } from '@mantine/core'
import { useId, useState } from 'react'
import type { CatalogField } from '../../../catalog-schema.js'
import { count, label, labelInSentence } from '../../ui/format.js'
import { Select } from '../../ui/select.js'
import { catalogFormWords } from '../../words/en/catalog-form.js'
import { edited, errorOf, labelOf, listed, useCatalogForm, withMoney } from './catalog-form-context.js'
import { currenciesAt, entriesFor, unitOf } from './catalog-shape.js'
import {
  itemsAt,
  nodeAt,
  placeOf,
  scalarAt,
  textsAt,
  typed,
  withoutValue,
  type CatalogText,
  type Path,
} from './catalog-text.js'

const texts = catalogFormWords

export const ErrorText = ({ children }: { readonly children: string | undefined }) =>
  children && (
    <Text size="sm" c="red">
      {children}
    </Text>
  )

interface InYamlProps {
  readonly path: Path
  readonly name: string
}

/** A value for which the form has no field, with the way to its line. */
export function InYaml({ path, name }: InYamlProps) {
  const form = useCatalogForm()
  const place = placeOf(form.catalog, path)
  return (
    <Group gap="xs">
      <Text size="sm" fw={500}>
        {name}
      </Text>
      <Button size="compact-sm" variant="subtle" name={path.join('.')} onClick={() => form.show(place)}>
        {texts.inYaml(count(place.line))}
      </Button>
      <ErrorText>{errorOf(form, path, true)}</ErrorText>
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
  /** Unit of a number. */
  readonly unit?: string | undefined
  /** Values that are offered, where others are allowed. */
  readonly examples?: readonly string[] | undefined
  /** Undefined: the value is left out. */
  readonly onType: (text: string | undefined) => void
}

/** A text that keeps what is typed while it has the focus: an optional value is removed when the reader leaves its empty field. */
export function TypedInput({
  isRequired = false,
  isNumber,
  isLong,
  unit,
  examples,
  onType,
  ...props
}: TypedInputProps) {
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
      <TextInput
        {...field}
        inputMode={isNumber ? 'decimal' : 'text'}
        list={examples && list}
        {...(unit && {
          'aria-label': texts.inUnit(props.label, unit),
          rightSection: <span className="catalog-unit">{unit}</span>,
          rightSectionWidth: `${unit.length + 2}ch`,
        })}
      />
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

export interface FieldProps {
  readonly path: Path
  readonly field: CatalogField
  /** Default: the label of the key. */
  readonly name?: string | undefined
  readonly isRequired?: boolean
  /** True in rows, which have no room for what a value means. */
  readonly isCompact?: boolean
  /** Keys of the map that has the value, in their order. */
  readonly order?: readonly string[]
  /** Values of the catalog that are offered. */
  readonly examples?: readonly string[] | undefined
}

/** Properties of the input of a value. */
function useInput({ path, field, name, isRequired = false, isCompact = false, order }: FieldProps) {
  const form = useCatalogForm()
  const { catalog, change } = form
  return {
    form,
    write: (value: unknown) => change(edited(catalog, path, value, order)),
    input: {
      name: path.join('.'),
      label: name ?? labelOf(path.at(-1)!),
      description: isCompact ? undefined : field.description,
      error: errorOf(form, path, field.type === 'array'),
    },
    isRequired,
  }
}

const YES_AND_NO = ['true', 'false']

/** The input of a value that is a text, a number or a choice. */
export function Field(props: FieldProps) {
  const { path, field } = props
  const examples = [...(props.examples ?? []), ...(field.examples ?? [])]
  const { form, input, isRequired, write } = useInput(props)
  const { catalog } = form
  const value = nodeAt(catalog, path) === undefined ? '' : scalarAt(catalog, path)
  if (value === null) return <InYaml path={path} name={input.label} />
  const isTruth = field.type === 'boolean'
  const entries = entriesFor(catalog, path, field)
  const choices = field.enum ?? (isTruth ? YES_AND_NO : entries.length > 0 ? entries : null)
  if (choices)
    return (
      <Select
        {...input}
        required={isRequired}
        {...(!isRequired && { none: '–' })}
        data={[...new Set([...choices, ...(value ? [value] : [])])].map((each) => ({
          value: each,
          label: isTruth ? texts.truth[each]! : nameOf(catalog, field, each),
        }))}
        value={value || null}
        onChange={(chosen) => write(chosen === null ? undefined : isTruth ? chosen === 'true' : chosen)}
      />
    )
  const unit = unitOf(catalog, path, field)
  return (
    <TypedInput
      {...input}
      isRequired={isRequired}
      isNumber={field.type !== 'string'}
      isLong={isLong(path)}
      unit={unit && labelInSentence(unit)}
      examples={examples.length > 0 ? examples : undefined}
      value={value}
      onType={(text) => write(text === undefined ? undefined : valueOf(field, text))}
    />
  )
}

/** True for a text of several lines. */
export const isLong = (path: Path): boolean => path.at(-1)!.endsWith('description')

/** The name of an entry that a value refers to, or the text of the value. */
const nameOf = (catalog: CatalogText, { entryOf }: CatalogField, code: string): string =>
  (entryOf !== undefined && scalarAt(catalog, [entryOf, code, 'name'])) || label(code)

const valueOf = ({ type }: CatalogField, text: string): unknown => (type === 'string' ? text : typed(text))

/** The inputs of an amount of money, one for each currency. */
export function Money(props: FieldProps) {
  const { path, order } = props
  const { form, input, isRequired } = useInput(props)
  const { catalog, change } = form
  const isNamed = namesCurrencies(catalog, path)
  return currenciesAt(catalog, path).map((currency, index) => {
    const here = isNamed || index > 0 ? [...path, currency] : path
    return (
      <TypedInput
        {...input}
        key={currency}
        name={here.join('.')}
        unit={currency}
        isRequired={isRequired}
        isNumber
        value={(nodeAt(catalog, here) !== undefined && scalarAt(catalog, here)) || ''}
        error={errorOf(form, [...path, currency]) ?? (index === 0 ? errorOf(form, path) : undefined)}
        onType={(amount) => change(withMoney(catalog, path, { currency, amount }, order))}
      />
    )
  })
}

/** True if the amount names currencies. */
const namesCurrencies = (catalog: CatalogText, path: Path): boolean =>
  nodeAt(catalog, path) !== undefined && scalarAt(catalog, path) === null

/** The input of a list of texts. */
export function Lines(props: FieldProps) {
  const { path, field } = props
  const { form, input, isRequired, write } = useInput(props)
  const lines = textsAt(form.catalog, path)
  if (!lines) return <InYaml path={path} name={input.label} />
  return (
    <TypedInput
      {...input}
      isLong
      isRequired={isRequired}
      description={[input.description, texts.lines].filter(Boolean).join('. ')}
      value={lines.join('\n')}
      onType={(text) =>
        write(text?.split('\n').flatMap((line) => (line.trim() ? [valueOf(field.items!, line.trim())] : [])))
      }
    />
  )
}

/** The choices of a list whose values are known: those of the schema, or codes of entries. */
export function Checks(props: FieldProps) {
  const { path, field, order } = props
  const { form, input } = useInput(props)
  const { catalog, change } = form
  const items = field.items!
  const chosen = itemsAt(catalog, path).map((index) => scalarAt(catalog, [...path, index]) ?? '')
  const known = items.enum ?? entriesFor(catalog, path, items)
  return (
    <fieldset className="catalog-group" name={input.name} tabIndex={-1}>
      <legend>{input.label}</legend>
      {input.description && (
        <Text size="xs" c="dimmed">
          {input.description}
        </Text>
      )}
      <div className="catalog-checks">
        {[...new Set([...known, ...chosen])].map((each) => (
          <label key={each} className="check">
            <input
              type="checkbox"
              checked={chosen.includes(each)}
              onChange={({ currentTarget: { checked } }) =>
                change(
                  checked
                    ? listed(catalog, path, each, order)
                    : withoutValue(catalog, [...path, String(chosen.indexOf(each))]),
                )
              }
            />
            {nameOf(catalog, items, each)}
          </label>
        ))}
      </div>
      {known.length === 0 && chosen.length === 0 && <Text size="sm">{texts.nothingToChoose}</Text>}
      <ErrorText>{input.error}</ErrorText>
    </fieldset>
  )
}
