import { Button, Text } from '@mantine/core'
import IconDown from 'icon:chevron-down'
import IconTrash from 'icon:trash'
import IconUp from 'icon:chevron-up'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import type { CatalogField } from '../../../catalog-schema.js'
import { label, labelInSentence } from '../../ui/format.js'
import { Select } from '../../ui/select.js'
import { catalogFormWords } from '../../words/en/catalog-form.js'
import { Checks, ErrorText, Field, InYaml, isLong, Lines, Money, type FieldProps } from './catalog-fields.js'
import { NewKey, Row, RowButton } from './catalog-rows.js'
import { edited, errorOf, labelOf, listed, useCatalogForm } from './catalog-form-context.js'
import { controlOf, entriesFor, initialOf, isSimple, valuesFor, variantAt, variantsOf } from './catalog-shape.js'
import {
  itemsAt,
  keysAt,
  nodeAt,
  readCatalog,
  scalarAt,
  withKey,
  withMoved,
  withoutValue,
  type Path,
} from './catalog-text.js'

const texts = catalogFormWords
const alternative = new Intl.ListFormat('en', { type: 'disjunction' })

/** The part of the form for a value of any shape. */
export function Value(props: FieldProps) {
  switch (controlOf(props.field)) {
    case 'text':
    case 'choice':
      return <Field {...props} field={{ ...props.field, ...variantsOf(props.field)[0] }} />
    case 'money':
      return <Money {...props} />
    case 'lines':
      return <Lines {...props} />
    case 'checks':
      return <Checks {...props} />
    case 'fields':
    case 'variants':
    case 'rows':
    case 'map':
      return <Part {...props} />
    default:
      return <Uninterpreted {...props} />
  }
}

function Uninterpreted({ path, name = labelOf(path.at(-1)!) }: FieldProps) {
  const { catalog } = useCatalogForm()
  return nodeAt(catalog, path) === undefined ? null : <InYaml path={path} name={name} />
}

/** A value with parts. An optional one is added and removed as a whole. */
function Part(props: FieldProps) {
  const { path, field, isRequired = false, order, name = labelOf(path.at(-1)!) } = props
  const form = useCatalogForm()
  const { catalog, change } = form
  const control = controlOf(field)
  const isWhole = control === 'fields' && !isRequired
  const isSet = nodeAt(catalog, path) !== undefined
  return (
    <fieldset className="catalog-group" name={path.join('.')} tabIndex={-1}>
      <legend>{name}</legend>
      {!props.isCompact && field.description && (
        <Text size="xs" c="dimmed">
          {field.description}
        </Text>
      )}
      {control === 'rows' && <Rows {...props} />}
      {control === 'map' && <Entries {...props} />}
      {control === 'variants' && <Variants {...props} />}
      {control === 'fields' && (isSet || isRequired) && <Fields path={path} field={field} />}
      <ErrorText>{errorOf(form, path)}</ErrorText>
      {isWhole && (
        <Button
          size="compact-xs"
          variant="subtle"
          color={isSet ? 'red' : undefined}
          aria-label={(isSet ? texts.removeOne : texts.addOne)(name)}
          onClick={() => change(isSet ? withoutValue(catalog, path) : edited(catalog, path, initialOf(field), order))}
        >
          {isSet ? texts.remove : texts.create}
        </Button>
      )}
    </fieldset>
  )
}

interface FieldsProps {
  readonly path: Path
  readonly field: CatalogField
  /** Keys of the map, if the field has not all. */
  readonly order?: readonly string[]
  /** Optional values that most have. */
  readonly first?: readonly string[]
  /** True if all values are shown, otherwise those that few have are behind a button. */
  readonly isOpen?: boolean
  readonly isCompact?: boolean
  readonly examplesOf?: (key: string) => readonly string[] | undefined
}

/** The values of a map whose keys are known. Of alternatives, the one that the text has. */
export function Fields({ path, field, first = [], isOpen = false, isCompact = false, ...rest }: FieldsProps) {
  const { catalog } = useCatalogForm()
  const { properties = {}, required = [], alternatives = [] } = field
  const { order = Object.keys(properties), examplesOf } = rest
  const isSet = (key: string) => nodeAt(catalog, [...path, key]) !== undefined
  // Fields do not move while they are filled in.
  const [shown] = useState(() => new Set(Object.keys(properties).filter(isSet)))
  const groups = Object.keys(properties).flatMap((key): (readonly string[])[] => {
    const group = alternatives.find((keys) => keys.includes(key)) ?? [key]
    return group[0] === key ? [group] : []
  })
  const isFirst = (group: readonly string[]) =>
    isOpen ||
    group === alternatives[0] ||
    group.some((key) => required.includes(key) || first.includes(key) || shown.has(key))
  const fieldOf = (key: string) => (
    <Value
      key={key}
      path={[...path, key]}
      field={properties[key]!}
      isRequired={required.includes(key)}
      isCompact={isCompact}
      order={order}
      examples={examplesOf?.(key)}
    />
  )
  const parts = (chosen: readonly (readonly string[])[]) => {
    const inputs: ReactNode[] = []
    const others: ReactNode[] = []
    for (const keys of chosen) {
      if (keys.length > 1) inputs.push(<Alternatives key={keys.join()} {...{ path, field, keys, order, isCompact }} />)
      for (const key of keys.length > 1 ? keys.filter(isSet) : keys)
        (isSimple(properties[key]!) && !isLong([key]) ? inputs : others).push(fieldOf(key))
    }
    return (
      <>
        {inputs.length > 0 && <div className="equal-fields">{inputs}</div>}
        {others}
      </>
    )
  }
  const more = groups.filter((group) => !isFirst(group))
  return (
    <>
      {parts(groups.filter(isFirst))}
      {more.length > 0 && (
        <details>
          <summary>{texts.more}</summary>
          <div className="catalog-more">{parts(more)}</div>
        </details>
      )}
    </>
  )
}

interface AlternativesProps extends Pick<FieldsProps, 'path' | 'field' | 'isCompact'> {
  readonly keys: readonly string[]
  readonly order: readonly string[]
}

/** The choice between values of which a map has one. */
function Alternatives({ path, field, keys, order }: AlternativesProps) {
  const { catalog, change } = useCatalogForm()
  const { properties = {} } = field
  const current = keys.find((key) => nodeAt(catalog, [...path, key]) !== undefined)
  const choose = (next: string | null) => {
    if (current === undefined) return change(edited(catalog, [...path, next!], initialOf(properties[next!]!), order))
    const here = [...path, current]
    if (next === null) return change(withoutValue(catalog, here))
    if (controlOf(properties[next]!) === controlOf(properties[current]!)) return change(withKey(catalog, here, next))
    // The new value first: a map never becomes empty.
    const both = readCatalog(edited(catalog, [...path, next], initialOf(properties[next]!), order))!
    change(withoutValue(both, here))
  }
  return (
    <Select
      label={texts.oneOf(alternative.format(keys.map((key) => labelInSentence(key))))}
      none="–"
      data={keys.map((value) => ({ value, label: labelOf(value) }))}
      value={current ?? null}
      onChange={choose}
    />
  )
}

/** A value that has several forms, for example one text or a list. */
function Variants(props: FieldProps) {
  const { path, field, order, name = labelOf(path.at(-1)!) } = props
  const { catalog, change } = useCatalogForm()
  const variants = variantsOf(field)
  const isSet = nodeAt(catalog, path) !== undefined
  const current = variantAt(catalog, path, field)
  const text = isSet ? scalarAt(catalog, path) : null
  const data = variants.flatMap((variant, index) =>
    variant.enum
      ? variant.enum.map((value) => ({ value, label: label(value) }))
      : [
          {
            value: String(index),
            label: texts.variants[variant.type === 'array' || variant.type === 'object' ? variant.type : 'string'],
          },
        ],
  )
  const choose = (chosen: string | null) => {
    if (chosen === null) return change(withoutValue(catalog, path))
    const next = variants[Number(chosen)]
    if (!next) return change(edited(catalog, path, chosen, order))
    const [first] = itemsAt(catalog, path)
    // One value stays when it becomes a list, and the first of a list when it becomes one value.
    const kept = next.type === 'array' ? text && !current.enum && [text] : first && scalarAt(catalog, [...path, first])
    change(edited(catalog, path, kept || initialOf(next), order))
  }
  return (
    <div className={controlOf(current) === 'fields' ? 'catalog-more' : 'equal-fields'}>
      <Select
        label={texts.variant}
        aria-label={`${texts.variant}: ${name}`}
        {...(!props.isRequired && { none: '–' })}
        data={data}
        value={isSet ? (current.enum ? text : String(variants.indexOf(current))) : null}
        onChange={choose}
      />
      {isSet && !current.enum && controlOf(current) === 'fields' && <Fields path={path} field={current} />}
      {isSet && !current.enum && controlOf(current) !== 'fields' && (
        <Value
          path={path}
          field={current}
          name={texts.variantOf(name)}
          isRequired
          isCompact
          examples={props.examples}
        />
      )}
    </div>
  )
}

/** The items of a list. */
function Rows({ path, field, order }: FieldProps) {
  const form = useCatalogForm()
  const { catalog, change } = form
  const shape = field.items!
  const rows = itemsAt(catalog, path)
  const isSmall = Object.values(shape.properties ?? {}).every(isSimple)
  const key = path.at(-1)!
  const nameOf = (index: number) => texts.row(texts.rows[key] ?? labelOf(key), index + 1)
  const list = useRef<HTMLDivElement>(null)
  const [focused, focus] = useState<{ readonly index: number; readonly target: string } | null>(null)
  useEffect(() => {
    if (!focused) return
    const row = list.current?.children[focused.index]
    row?.querySelector<HTMLElement>(focused.target)?.focus()
    focus(null)
  }, [focused])
  const move = (index: number, by: 1 | -1) => {
    change(withMoved(catalog, [...path, String(index)], by))
    const to = index + by
    // A button at the end of the list is disabled: the other one of the row has the focus then.
    const isLast = by === 1 ? to === rows.length - 1 : to === 0
    focus({ index: to, target: `:scope .catalog-buttons > button:nth-of-type(${(by === 1) === isLast ? 1 : 2})` })
  }
  return (
    <>
      <div ref={list} className="catalog-rows">
        {rows.map((row, index) => {
          const here = [...path, row]
          const name = nameOf(index)
          return (
            <Row
              key={row}
              name={name}
              path={here}
              isSmall={isSmall}
              buttons={
                <>
                  <RowButton
                    name={texts.up(name)}
                    icon={IconUp}
                    isDisabled={index === 0}
                    onClick={() => move(index, -1)}
                  />
                  <RowButton
                    name={texts.down(name)}
                    icon={IconDown}
                    isDisabled={index === rows.length - 1}
                    onClick={() => move(index, 1)}
                  />
                  <RowButton
                    name={texts.removeOne(name)}
                    icon={IconTrash}
                    isDangerous
                    onClick={() => change(withoutValue(catalog, here))}
                  />
                </>
              }
            >
              {shape.properties ? (
                <Fields path={here} field={shape} isOpen={isSmall} isCompact={isSmall} />
              ) : (
                <Value path={here} field={shape} name={name} isRequired isCompact />
              )}
              <ErrorText>{errorOf(form, here)}</ErrorText>
            </Row>
          )
        })}
      </div>
      <Button
        size="xs"
        variant="default"
        aria-label={`${texts.addRow(texts.rows[key] ?? null)}: ${labelOf(key)}`}
        onClick={() => {
          change(listed(catalog, path, initialOf(shape), order))
          focus({ index: rows.length, target: 'input, select, textarea' })
        }}
      >
        {texts.addRow(texts.rows[key] ?? null)}
      </Button>
    </>
  )
}

/** The entries of a map whose keys are free, or codes of other entries. */
function Entries({ path, field, order }: FieldProps) {
  const { catalog, change } = useCatalogForm()
  const shape = field.additionalProperties!
  const keys = keysAt(catalog, path)
  const names = field.propertyNames ?? {}
  const known = entriesFor(catalog, path, names)
  return (
    <>
      {keys.map((key) => (
        <div key={key} className="catalog-entry">
          <Value
            path={[...path, key]}
            field={shape}
            name={key}
            isRequired
            isCompact
            examples={valuesFor(catalog, path, names, key)}
          />
          <RowButton
            name={texts.removeOne(key)}
            icon={IconTrash}
            isDangerous
            onClick={() => change(withoutValue(catalog, [...path, key]))}
          />
        </div>
      ))}
      <NewKey
        name={labelOf(path.at(-1)!)}
        known={known.length > 0 ? known.filter((key) => !keys.includes(key)) : null}
        used={keys}
        onAdd={(key) => change(edited(catalog, [...path, key], initialOf(shape), order))}
      />
    </>
  )
}
