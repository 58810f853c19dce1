import { Text } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { isMap } from 'yaml'
import type { CatalogField, CatalogFields } from '../../../catalog-schema.js'
import { label, labelInSentence } from '../../ui/format.js'
import { catalogWords } from '../../words/en/catalog.js'
import { catalogFormWords } from '../../words/en/catalog-form.js'
import { Field, InYaml, TypedInput } from './catalog-fields.js'
import { edited, errorOf, labelOf, useCatalogForm } from './catalog-form-context.js'
import {
  keysAt,
  nodeAt,
  scalarAt,
  typed,
  withoutValue,
  withValue,
  type CatalogText,
  type Path,
} from './catalog-text.js'
import { Fields } from './catalog-values.js'

const texts = catalogFormWords

/** Fields that the row of a feature has by itself. */
const OWN = new Set(['amount', 'enabled', 'window'])

/** Units that a price or an amount can be for. */
export const unitsOf = (catalog: CatalogText): readonly string[] => [
  'seat',
  ...keysAt(catalog, ['features']).flatMap((code) =>
    scalarAt(catalog, ['features', code, 'kind']) === 'limit'
      ? (scalarAt(catalog, ['features', code, 'unit']) ?? [])
      : [],
  ),
]

interface Granted {
  readonly isOn: boolean
  /** Text of the amount. Null: it is a list or a map. */
  readonly amount: string | null
  readonly path: Path
}

/** Reads the short form of a value, or the amount of its long form. */
export function grantedAt(catalog: CatalogText, path: Path): Granted {
  const node = nodeAt(catalog, path)
  if (!isMap(node)) {
    const value = node === undefined ? 'false' : scalarAt(catalog, path)
    return { isOn: value !== 'false', amount: value, path }
  }
  const amount = [...path, 'amount']
  return {
    isOn: scalarAt(catalog, [...path, 'enabled']) !== 'false',
    amount: nodeAt(catalog, amount) === undefined ? '' : scalarAt(catalog, amount),
    path: amount,
  }
}

interface GrantsProps {
  readonly path: Path
  readonly field: CatalogField
  readonly part: string
}

/** All features, with what a plan or package grants of them. */
export function Grants({ path, field, part }: GrantsProps) {
  const form = useCatalogForm()
  const { catalog } = form
  const features = keysAt(catalog, ['features'])
  const unknown = keysAt(catalog, path).filter((code) => !features.includes(code))
  const error = errorOf(form, path)
  return (
    <fieldset className="catalog-group">
      <legend>{texts.grants[part] ?? labelOf(path.at(-1)!)}</legend>
      {features.length === 0 && <Text size="sm">{texts.noFeatures}</Text>}
      {features.map((code) => (
        <Grant key={code} path={[...path, code]} order={features} fields={field.additionalProperties!.properties!} />
      ))}
      {unknown.map((code) => (
        <InYaml key={code} path={[...path, code]} name={label(code)} />
      ))}
      {error && (
        <Text size="sm" c="red">
          {error}
        </Text>
      )}
    </fieldset>
  )
}

interface GrantProps {
  readonly path: Path
  readonly order: readonly string[]
  /** Values that the part can grant. */
  readonly fields: CatalogFields
}

function Grant({ path, order, fields }: GrantProps) {
  const { catalog, change, ...form } = useCatalogForm()
  const code = path.at(-1)!
  const of = (key: string) => scalarAt(catalog, ['features', code, key]) ?? ''
  const kind = of('kind')
  const { isOn, amount, path: at } = grantedAt(catalog, path)
  const name = of('name') || label(code)
  const isCounted = kind !== 'boolean'
  const turn = (on: boolean) =>
    change(on ? withValue(catalog, path, isCounted ? typed('1') : true, order) : withoutValue(catalog, path))
  const error = errorOf({ catalog, change, ...form }, path)
  return (
    <div className="catalog-grant">
      <div className="catalog-grant-head">
        <label className="check">
          <input
            type="checkbox"
            name={[...path, 'enabled'].join('.')}
            checked={isOn}
            onChange={({ currentTarget: { checked } }) => turn(checked)}
          />
          {name}
        </label>
        <Text size="xs" c="dimmed">
          {catalogWords.featureKinds[kind.toUpperCase()]}
        </Text>
      </div>
      {isOn && isCounted && (
        <Amount at={at} amount={amount} unit={of('unit')} name={name} order={Object.keys(fields)}>
          {fields['window'] && isOf(fields['window'], kind) && (
            <Field path={[...path, 'window']} field={fields['window']} order={Object.keys(fields)} isCompact />
          )}
        </Amount>
      )}
      {error && at !== path && (
        <Text size="sm" c="red">
          {error}
        </Text>
      )}
      {isOn && isCounted && <MoreOfGrant path={path} kind={kind} fields={fields} />}
    </div>
  )
}

interface AmountProps {
  /** Place of the amount. */
  readonly at: Path
  readonly amount: string | null
  readonly unit: string
  /** Name of the feature. */
  readonly name: string
  /** Keys of the long form. */
  readonly order: readonly string[]
  readonly children: ReactNode
}

function Amount({ at, amount, unit, name, order, children }: AmountProps) {
  const form = useCatalogForm()
  const { catalog, change } = form
  const isUnlimited = amount === 'unlimited'
  if (amount === null) return <InYaml path={at} name={labelOf('amount')} />
  const write = (text: string) => change(edited(catalog, at, typed(text), order))
  return (
    <div className="catalog-amount">
      {!isUnlimited && (
        <TypedInput
          name={at.join('.')}
          label={unit ? texts.amountOf(labelInSentence(unit)) : texts.amount}
          value={amount}
          error={errorOf(form, at)}
          isRequired
          isNumber
          onType={(text) => write(text!)}
        />
      )}
      {children}
      <label className="check">
        <input
          type="checkbox"
          aria-label={`${texts.unlimited}: ${name}`}
          checked={isUnlimited}
          onChange={({ currentTarget: { checked } }) => write(checked ? 'unlimited' : '1')}
        />
        {texts.unlimited}
      </label>
    </div>
  )
}

interface MoreOfGrantProps extends Pick<GrantProps, 'path' | 'fields'> {
  readonly kind: string
}

/** Values that few plans have, behind a button. */
function MoreOfGrant({ path, kind, fields }: MoreOfGrantProps) {
  const { catalog } = useCatalogForm()
  const properties = Object.fromEntries(
    Object.entries(fields).filter(([key, field]) => !OWN.has(key) && isOf(field, kind)),
  )
  const [isOpen] = useState(() => Object.keys(properties).some((key) => nodeAt(catalog, [...path, key]) !== undefined))
  const units = unitsOf(catalog)
  return (
    <details open={isOpen}>
      <summary>{texts.more}</summary>
      <div className="catalog-more">
        <Fields
          path={path}
          field={{ properties }}
          order={Object.keys(fields)}
          isOpen
          examplesOf={(key) => (key === 'per' ? units : undefined)}
        />
      </div>
    </details>
  )
}

const isOf = ({ kinds }: CatalogField, kind: string): boolean => kinds?.includes(kind) ?? true
