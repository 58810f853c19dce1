import { Button, Group, Stack, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import schema from 'catalog:schema'
import { Dialog } from '../../ui/dialog.js'
import { label } from '../../ui/format.js'
import { Select } from '../../ui/select.js'
import { words } from '../../words/en.js'
import { catalogFormWords } from '../../words/en/catalog-form.js'
import { useCatalogForm } from './catalog-form-context.js'
import { entriesFor, initialOf } from './catalog-shape.js'
import { keysAt, readCatalog, scalarAt, typed, withCopy, withValue, type CatalogText } from './catalog-text.js'

const texts = catalogFormWords
const CODE = /^[a-z0-9]+(?:[-_][a-z0-9]+)*$/

/** Parts in which a code is only once. */
const SOLD = ['plans', 'packages', 'features']
const NAMES = ['name', 'title']

export const addText = (part: string): string => texts.add[part] ?? texts.addTo(label(part))

const codeOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_|_$/g, '')

interface NewEntryProps {
  /** Name of the part of the catalog. */
  readonly part: string
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
  const { code: shape, entry } = schema.entries[part]!
  const nameKey = NAMES.find((key) => entry.properties![key])
  // Entries of some parts belong to one of another part, whose code they have.
  const known = entriesFor(catalog, [part], shape).filter((each) => !keysAt(catalog, [part]).includes(each))
  const code = typedCode ?? (shape.entryOf ? (known[0] ?? '') : codeOf(name))
  // A package and a plan have different codes, too.
  const isUsed = (SOLD.includes(part) ? SOLD : [part]).some((each) => keysAt(catalog, [each]).includes(code))
  const error = isUsed ? texts.codeUsed : code && !CODE.test(code) ? texts.codeWrong : undefined
  const add = (event: FormEvent) => {
    event.preventDefault()
    if ((nameKey && !name.trim()) || !code || error) return
    onAdded(withEntry(catalog, { part, copied, code, name: nameKey ? { [nameKey]: name.trim() } : undefined }), code)
  }
  return (
    <Dialog title={copied === undefined ? addText(part) : texts.duplicate} onClose={onClose}>
      <form onSubmit={add}>
        <Stack>
          {nameKey && (
            <TextInput
              label={texts.name}
              required
              data-autofocus
              value={name}
              onChange={({ currentTarget: { value } }) => setName(value)}
            />
          )}
          {shape.entryOf ? (
            <Select
              label={texts.codeOf(label(shape.entryOf))}
              required
              error={known.length === 0 ? texts.nothingToChoose : undefined}
              data={known.map((value) => ({ value, label: value }))}
              value={code || null}
              onChange={setCode}
            />
          ) : (
            <TextInput
              label={texts.code}
              description={texts.codeHint}
              required
              error={error}
              value={code}
              onChange={({ currentTarget: { value } }) => setCode(value)}
            />
          )}
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
  /** The key of the name with the name, if the part has one. */
  readonly name: Readonly<Record<string, string>> | undefined
}

/** A copy, or an entry with what its schema requires. A plan is above the others: two of a group cannot have one rank. */
function withEntry(catalog: CatalogText, { part, copied, code, name = {} }: Added): string {
  const ranks = keysAt(catalog, ['plans']).map((plan) => Number(scalarAt(catalog, ['plans', plan, 'rank'])))
  const rank = typed(String(Math.max(-1, ...ranks.filter(Number.isSafeInteger)) + 1))
  const values = { ...name, ...(part === 'plans' && { rank }) }
  if (copied === undefined) {
    const initial = initialOf(schema.entries[part]!.entry) as Readonly<Record<string, unknown>>
    return withValue(catalog, [part, code], { ...initial, ...values })
  }
  let text = withCopy(catalog, [part, copied], code)
  for (const [key, value] of Object.entries(values)) text = withValue(readCatalog(text)!, [part, code, key], value)
  return text
}
