import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { isMap } from 'yaml'
import schema from 'catalog:schema'
import { label, labelInSentence } from '../../ui/format.js'
import { catalogWords } from '../../words/en/catalog.js'
import { catalogFormWords } from '../../words/en/catalog-form.js'
import { Field, Fields, InYaml, TypedInput } from './catalog-fields.js'
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

const texts = catalogFormWords
const GRANT = schema.grant.properties!
const KEYS = Object.keys(GRANT)

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
  readonly part: 'plans' | 'packages'
}

/** All features, with what a plan or package grants of them. */
export function Grants({ path, part }: GrantsProps) {
  const form = useCatalogForm()
  const { catalog } = form
  const features = keysAt(catalog, ['features'])
  const unknown = keysAt(catalog, path).filter((code) => !features.includes(code))
  const error = errorOf(form, path)
  return (
    <fieldset className="catalog-group">
      <legend>{texts.grants[part]}</legend>
      {features.length === 0 && <Text size="sm">{texts.noFeatures}</Text>}
      {features.map((code) => (
        <Grant key={code} path={[...path, code]} order={features} part={part} />
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
  readonly part: GrantsProps['part']
}

function Grant({ path, order, part }: GrantProps) {
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
          <input type="checkbox" checked={isOn} onChange={({ currentTarget: { checked } }) => turn(checked)} />
          {name}
        </label>
        <Text size="xs" c="dimmed">
          {catalogWords.featureKinds[kind.toUpperCase()]}
        </Text>
      </div>
      {isOn && isCounted && (
        <Amount at={at} amount={amount} unit={of('unit')} name={name}>
          {part === 'plans' && isOf('window', kind) && <Field path={[...path, 'window']} field={WINDOW} order={KEYS} />}
        </Amount>
      )}
      {error && at !== path && (
        <Text size="sm" c="red">
          {error}
        </Text>
      )}
      {isOn && part === 'plans' && isCounted && <MoreOfGrant path={path} kind={kind} />}
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
  readonly children: ReactNode
}

function Amount({ at, amount, unit, name, children }: AmountProps) {
  const form = useCatalogForm()
  const { catalog, change } = form
  const isUnlimited = amount === 'unlimited'
  if (amount === null) return <InYaml path={at} name={labelOf('amount')} />
  const write = (text: string) => change(edited(catalog, at, typed(text), KEYS))
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

/** Values that few plans have, behind a button. */
function MoreOfGrant({ path, kind }: { readonly path: Path; readonly kind: string }) {
  const form = useCatalogForm()
  const { catalog } = form
  const fields = Object.entries(GRANT).filter(([key]) => !OWN.has(key) && isOf(key, kind))
  const isSaid = fields.some(([key]) => nodeAt(catalog, [...path, key]) !== undefined)
  const units = unitsOf(catalog)
  return (
    <details open={isSaid}>
      <summary>{texts.more}</summary>
      <div className="catalog-more">
        <div className="equal-fields">
          <Fields
            path={path}
            order={KEYS}
            fields={Object.fromEntries(fields.filter(([, { properties }]) => !properties))}
            examplesOf={(key) => (key === 'per' ? units : undefined)}
          />
        </div>
        {fields.map(([key, { properties, required, description }]) => {
          const here = [...path, key]
          const error = errorOf(form, here)
          return (
            properties && (
              <fieldset key={key} className="catalog-group">
                <legend>{labelOf(key)}</legend>
                <Text size="xs" c="dimmed">
                  {description}
                </Text>
                <div className="equal-fields">
                  <Fields
                    path={here}
                    fields={properties}
                    required={nodeAt(catalog, here) === undefined ? [] : required}
                  />
                </div>
                {error && (
                  <Text size="sm" c="red">
                    {error}
                  </Text>
                )}
              </fieldset>
            )
          )
        })}
      </div>
    </details>
  )
}

/** Beside an amount there is no room for what it means. */
const { description: _, ...WINDOW } = GRANT['window']!

const isOf = (key: string, kind: string): boolean => GRANT[key]!.kinds?.includes(kind) ?? true
