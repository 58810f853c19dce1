import { Button, Group, Stack, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import schema from 'catalog:schema'
import { Dialog } from '../../ui/dialog.js'
import { words } from '../../words/en.js'
import { catalogFormWords } from '../../words/en/catalog-form.js'
import { useCatalogForm } from './catalog-form-context.js'
import type { Part } from './catalog-form.js'
import { keysAt, readCatalog, scalarAt, typed, withCopy, withValue, type CatalogText } from './catalog-text.js'

const texts = catalogFormWords
const CODE = /^[a-z0-9]+(?:[-_][a-z0-9]+)*$/

const codeOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_|_$/g, '')

interface NewEntryProps {
  readonly part: Part
  /** Code of the entry that is copied. Absent: a new one. */
  readonly copied?: string
  readonly onAdded: (text: string, code: string) => void
  readonly onClose: () => void
}

/** The dialog for the name and the code of a new entry. */
export function NewEntry({ part, copied, onAdded, onClose }: NewEntryProps) {
  const { catalog } = useCatalogForm()
  const [name, setName] = useState(
    copied === undefined ? '' : texts.copyOf(scalarAt(catalog, [part, copied, 'name']) || copied),
  )
  const [typedCode, setCode] = useState<string | null>(null)
  const code = typedCode ?? codeOf(name)
  // A package and a plan have different codes, too.
  const isUsed = (['plans', 'packages', 'features'] as const).some((each) => keysAt(catalog, [each]).includes(code))
  const error = isUsed ? texts.codeUsed : code && !CODE.test(code) ? texts.codeWrong : undefined
  const add = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() && code && !error) onAdded(withEntry(catalog, { part, copied, code, name: name.trim() }), code)
  }
  return (
    <Dialog title={copied === undefined ? texts.add[part] : texts.duplicate} onClose={onClose}>
      <form onSubmit={add}>
        <Stack>
          <TextInput
            label={texts.name}
            required
            data-autofocus
            value={name}
            onChange={({ currentTarget: { value } }) => setName(value)}
          />
          <TextInput
            label={texts.code}
            description={texts.codeHint}
            required
            error={error}
            value={code}
            onChange={({ currentTarget: { value } }) => setCode(value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {words.cancel}
            </Button>
            <Button type="submit">{texts.create}</Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}

interface Added extends Pick<NewEntryProps, 'part'> {
  readonly copied: string | undefined
  readonly code: string
  readonly name: string
}

/** A copy, or an entry with what its schema requires. A plan is above the others: two of a group cannot have one rank. */
function withEntry(catalog: CatalogText, { part, copied, code, name }: Added): string {
  const ranks = keysAt(catalog, ['plans']).map((plan) => Number(scalarAt(catalog, ['plans', plan, 'rank'])))
  const rank = typed(String(Math.max(-1, ...ranks.filter(Number.isSafeInteger)) + 1))
  if (copied !== undefined) {
    const copy = readCatalog(withCopy(catalog, [part, copied], code))!
    const named = withValue(copy, [part, code, 'name'], name)
    return part === 'plans' ? withValue(readCatalog(named)!, [part, code, 'rank'], rank) : named
  }
  const { properties = {}, required = [] } = schema[part]
  const values = { name, rank } as Readonly<Record<string, unknown>>
  const entry = Object.fromEntries(required.map((key) => [key, values[key] ?? properties[key]?.enum?.[0] ?? '']))
  return withValue(catalog, [part, code], entry)
}
