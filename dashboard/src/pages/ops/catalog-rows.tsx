import { Button, TextInput } from '@mantine/core'
import type IconUp from 'icon:chevron-up'
import { useState, type ReactNode } from 'react'
import { labelInSentence } from '../../ui/format.js'
import { Icon } from '../../ui/icon.js'
import { Select } from '../../ui/select.js'
import { catalogFormWords } from '../../words/en/catalog-form.js'
import { useCatalogForm } from './catalog-form-context.js'
import { summaryOf } from './catalog-shape.js'
import type { Path } from './catalog-text.js'

const texts = catalogFormWords

interface RowProps {
  /** Name of the item or entry, for readers of its buttons. */
  readonly name: string
  readonly path: Path
  readonly isSmall: boolean
  readonly buttons: ReactNode
  readonly children: ReactNode
}

/** An item of a list: in one row, or with a heading that opens it. */
export function Row({ name, path, isSmall, buttons, children }: RowProps) {
  const { catalog, problems } = useCatalogForm()
  const here = `${path.join('.')}.`
  const errors = problems.filter((each) => `${each.path}.`.startsWith(here)).length
  const [isNew] = useState(() => /^[^·]*$/.test(summaryOf(catalog, path, (_, text) => text)))
  if (isSmall)
    return (
      <div className="catalog-row" role="group" aria-label={name}>
        {children}
        <div className="catalog-buttons">{buttons}</div>
      </div>
    )
  return (
    <details className="catalog-row" open={isNew}>
      <summary>
        <span>
          {name}{' '}
          <span className="catalog-summary" data-code>
            {summaryOf(catalog, path, (key, text) => `${labelInSentence(key)} ${text}`)}
          </span>
          {errors > 0 && <span className="catalog-errors"> {texts.errors(errors)}</span>}
        </span>
      </summary>
      <div className="catalog-more">
        {children}
        <div className="catalog-buttons">{buttons}</div>
      </div>
    </details>
  )
}

interface RowButtonProps {
  readonly name: string
  readonly icon: typeof IconUp
  readonly isDangerous?: boolean
  readonly isDisabled?: boolean
  readonly onClick: () => void
}

/** A button of a row. After a removal the list has the focus. */
export const RowButton = ({ name, icon, isDangerous, isDisabled = false, onClick }: RowButtonProps) => (
  <Button
    size="compact-sm"
    variant="subtle"
    color={isDangerous ? 'red' : undefined}
    disabled={isDisabled}
    aria-label={name}
    title={name}
    onClick={({ currentTarget }) => {
      onClick()
      if (isDangerous) currentTarget.closest('fieldset')?.focus()
    }}
  >
    <Icon of={icon} />
  </Button>
)

interface NewKeyProps {
  /** Name of the map. */
  readonly name: string
  /** Keys that are possible. Null: all. */
  readonly known: readonly string[] | null
  readonly used: readonly string[]
  readonly onAdd: (key: string) => void
}

/** The key of a new entry, which is added by a button or the Enter key. */
export function NewKey({ name, known, used, onAdd }: NewKeyProps) {
  const [typedKey, setKey] = useState('')
  const key = known ? (known.includes(typedKey) ? typedKey : (known[0] ?? '')) : typedKey.trim()
  const isUsed = used.includes(key)
  const add = () => {
    if (!key || isUsed) return
    onAdd(key)
    setKey('')
  }
  if (known?.length === 0) return null
  return (
    <div className="catalog-key">
      {known ? (
        <Select
          label={texts.newKey(name)}
          data={known.map((value) => ({ value, label: value }))}
          value={key}
          onChange={(chosen) => setKey(chosen!)}
        />
      ) : (
        <TextInput
          label={texts.newKey(name)}
          value={typedKey}
          error={isUsed ? texts.codeUsed : undefined}
          autoComplete="off"
          onChange={({ currentTarget: { value } }) => setKey(value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') add()
          }}
        />
      )}
      <Button variant="default" aria-label={texts.addTo(name)} onClick={add}>
        {texts.create}
      </Button>
    </div>
  )
}
